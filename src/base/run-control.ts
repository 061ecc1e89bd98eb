/**
 * The two requests that a user can make of a running operation. *Stop*: finish the current file, upload,
 * leave a valid partial version. *Abort*: end at once; the next run continues from what was stored.
 */
export interface RunControl {
  readonly signal: AbortSignal;
  /** True once a stop was asked for. */
  readonly isStopping: () => boolean;
}

/** The reason of an abort by the user; it is not a failure of the program. */
export class AbortedByUser extends Error {
  readonly code = 'aborted';
  constructor() {
    super('The run was aborted. Everything stored so far is kept, and the next run continues from it.');
    this.name = 'AbortedByUser';
  }
}

/** The side that stops or aborts a run, which its `RunControl` is told of. */
export class RunController implements RunControl {
  readonly #abort = new AbortController();
  #stopping = false;

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  readonly isStopping = (): boolean => this.#stopping;

  stop(): void {
    this.#stopping = true;
  }

  abort(): void {
    this.#stopping = true;
    this.#abort.abort(new AbortedByUser());
  }
}
