import type { ReadOnceFile } from '../read-once-file.ts';
import type { ExamineJob } from './messages.ts';

/** So many entries are looked ahead: enough for the disk to be ahead of the processor. */
const AHEAD = 16;

/**
 * Opens the files of a batch a little before their turn and has the system read them, so that the disk works
 * while the file at hand is hashed and compressed. A file that cannot be opened is left to its turn, where
 * the error is told.
 */
export class FilesAhead implements Disposable {
  readonly #jobs: readonly ExamineJob[];
  readonly #open: (path: string) => ReadOnceFile;
  /** Open files by the place of their job. */
  readonly #files = new Map<number, ReadOnceFile>();
  #opened = 0;

  constructor(jobs: readonly ExamineJob[], open: (path: string) => ReadOnceFile) {
    this.#jobs = jobs;
    this.#open = open;
  }

  /** To be called for each job before its turn. */
  reach(place: number): void {
    this.#close(place - 1);
    const end = Math.min(place + AHEAD, this.#jobs.length);
    for (; this.#opened < end; this.#opened++) this.#openAhead(this.#opened);
  }

  /** The open file of a job, which is the caller's to close now; `undefined` where it is not open. */
  take(place: number): ReadOnceFile | undefined {
    const file = this.#files.get(place);
    this.#files.delete(place);
    return file;
  }

  [Symbol.dispose](): void {
    for (const place of this.#files.keys()) this.#close(place);
  }

  #close(place: number): void {
    this.take(place)?.[Symbol.dispose]();
  }

  #openAhead(place: number): void {
    const job = this.#jobs[place];
    if (job === undefined || job.kind !== 'file' || job.stream !== undefined) return;
    try {
      const file = this.#open(job.path);
      this.#files.set(place, file);
      file.readAhead();
    } catch {
      // Told when its turn comes.
    }
  }
}
