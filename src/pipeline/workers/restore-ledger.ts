import type { EntryProblem, RestoreTally } from './restore-messages.ts';

/** Metadata problems that one reply names; the others are counted. */
const NAMED_PROBLEMS = 20;

/** What a restore worker has done since it last told. */
export class RestoreLedger {
  #filesDone = 0;
  #broken: EntryProblem[] = [];
  #problems: EntryProblem[] = [];
  #problemCount = 0;

  countDone(): void {
    this.#filesDone++;
  }

  noteBroken(entry: number, text: string): void {
    this.#broken.push({ entry, text });
  }

  noteProblem(entry: number, text: string): void {
    this.#problemCount++;
    if (this.#problems.length < NAMED_PROBLEMS) this.#problems.push({ entry, text });
  }

  take(bytesWritten: number): RestoreTally {
    const tally = {
      filesDone: this.#filesDone,
      bytesWritten,
      broken: this.#broken,
      problems: this.#problems,
      problemCount: this.#problemCount,
    };
    this.#filesDone = 0;
    this.#broken = [];
    this.#problems = [];
    this.#problemCount = 0;
    return tally;
  }
}
