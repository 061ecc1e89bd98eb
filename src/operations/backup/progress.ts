import type { OperationContext } from '../context.ts';
import type { BackupResult } from './result.ts';
import type { SourceTotals } from './source-totals.ts';

/** Tells how far a backup is, whenever something has been done. */
export class BackupProgress {
  readonly #result: BackupResult;
  readonly #totals: SourceTotals;
  readonly #context: OperationContext;
  #current: string | undefined;
  /** New blocks of files that are not examined to their end: what moves while one large file is read. */
  #bytesUnderWay = 0;
  #filesDone = 0;
  #examinedBytes = 0;
  #bytesDone = 0;

  constructor(result: BackupResult, totals: SourceTotals, context: OperationContext) {
    this.#result = result;
    this.#totals = totals;
    this.#context = context;
  }

  /** Notes which path the walk has come to. */
  enter(path: string | undefined): void {
    this.#current = path ?? this.#current;
    this.#report();
  }

  /** Notes that new blocks were read. */
  addBlocks(sizesBytes: Iterable<number>): void {
    for (const size of sizesBytes) this.#bytesUnderWay += size;
    this.#report();
  }

  /** Notes that files are done with. */
  countFiles(count: number): void {
    this.#filesDone += count;
  }

  /** Everything is read, or as much as the user wanted; what is left is to send it. */
  awaitUploads(): void {
    const { files, examinedBytes } = this.#result;
    this.#context.report({
      phase: 'uploading',
      filesDone: files.examined,
      filesTotal: files.examined,
      bytesDone: examinedBytes,
      bytesTotal: examinedBytes,
      current: undefined,
    });
  }

  #report(): void {
    const { examinedBytes } = this.#result;
    this.#bytesUnderWay = Math.max(0, this.#bytesUnderWay - (examinedBytes - this.#examinedBytes));
    this.#examinedBytes = examinedBytes;
    this.#bytesDone = Math.max(this.#bytesDone, examinedBytes + this.#bytesUnderWay);
    const { files: filesTotal, bytes: bytesTotal } = this.#totals;
    this.#context.report({
      phase: 'backing-up',
      filesDone: this.#filesDone,
      filesTotal: filesTotal === undefined ? undefined : Math.max(filesTotal, this.#filesDone),
      bytesDone: this.#bytesDone,
      bytesTotal: bytesTotal === undefined ? undefined : Math.max(bytesTotal, this.#bytesDone),
      current: this.#current,
    });
  }
}
