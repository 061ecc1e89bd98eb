/** A source that lost more than half of what the version before held of it. */
export interface ShrunkSource {
  readonly root: string;
  readonly before: number;
  readonly gone: number;
}

interface Count {
  readonly root: string;
  before: number;
  gone: number;
}

/** So few entries come and go; of less, only the loss of all is worth a word. */
const FEW_ENTRIES = 10;

/**
 * Counts what is gone of each source, so that a disk that was not mounted is noticed before the versions that
 * hold its files grow old.
 */
export class SourceShrinkage {
  readonly #counts: readonly Count[];
  #current: Count | undefined;

  /** Roots as they are walked: folders end in `/`, none inside another. */
  constructor(roots: readonly string[]) {
    this.#counts = roots.map((root) => ({ root, before: 0, gone: 0 }));
  }

  /** Counts an entry of the version before. Those of sources that were not named this time count nowhere. */
  add(path: string, isGone: boolean): void {
    const count = this.#find(path);
    if (count === undefined) return;
    count.before++;
    if (isGone) count.gone++;
  }

  /** Gives the entries on, each counted as gone. */
  *countGone<Row extends { readonly path: string }>(rows: Iterable<Row>): Generator<Row> {
    for (const row of rows) {
      this.add(row.path, true);
      yield row;
    }
  }

  shrunk(): readonly ShrunkSource[] {
    return this.#counts.filter(({ before, gone }) => {
      const isEmptied = gone > 0 && gone >= before - 1;
      return isEmptied || (before >= FEW_ENTRIES && gone * 2 > before);
    });
  }

  /** Entries come in the order of paths, so the source is nearly always that of the entry before. */
  #find(path: string): Count | undefined {
    if (this.#current === undefined || !isIn(path, this.#current))
      this.#current = this.#counts.find((count) => isIn(path, count));
    return this.#current;
  }
}

function isIn(path: string, { root }: Count): boolean {
  return root.endsWith('/') ? path.startsWith(root) : path === root;
}
