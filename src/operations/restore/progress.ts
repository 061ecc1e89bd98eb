import type { RestoreTable, RestoreTally } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import type { Faults } from './faults.ts';

/** Sentences about metadata that the result holds. */
const NAMED_PROBLEMS = 20;

/** Adds up what the workers say they did, and reports it. */
export class RestoreProgress {
  readonly problems: string[] = [];
  problemCount = 0;
  volumesRead = 0;
  readonly #table: RestoreTable;
  readonly #faults: Faults;
  readonly #context: OperationContext;
  readonly #totalBytes: number;
  #entriesDone = 0;
  #bytesDone = 0;

  constructor(table: RestoreTable, faults: Faults, context: OperationContext, totalBytes: number) {
    this.#table = table;
    this.#faults = faults;
    this.#context = context;
    this.#totalBytes = totalBytes;
  }

  readonly add = (tally: RestoreTally): void => {
    this.#entriesDone += tally.filesDone;
    this.#bytesDone += tally.bytesWritten;
    this.problemCount += tally.problemCount - tally.problems.length;
    for (const { text } of tally.problems) this.note(text);
    for (const { entry, text } of tally.broken) this.#faults.add(entry, text);
    this.#report(undefined);
  };

  readonly enterVolume = (name: string): void => {
    this.volumesRead++;
    this.#report(name);
  };

  /** Notes that metadata of an entry is lost or could not be applied. */
  note(text: string): void {
    this.problemCount++;
    if (this.problems.length >= NAMED_PROBLEMS) return;
    this.problems.push(text);
    this.#context.log.write('warning', 'metadata-incomplete', text);
  }

  #report(current: string | undefined): void {
    this.#context.report({
      phase: 'restoring',
      filesDone: this.#entriesDone,
      filesTotal: this.#table.count,
      bytesDone: this.#bytesDone,
      bytesTotal: this.#totalBytes,
      current,
    });
  }
}
