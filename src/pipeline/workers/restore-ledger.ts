import type { EntryProblem, LinkedEntry, MetadataProblem, RestoreTally } from './restore-messages.ts';

/** Metadata problems of one part that one reply names; the others are counted. */
const NAMED_PROBLEMS = 1000;

/** What a restore worker has done since it last told. */
export class RestoreLedger {
  #filesDone = 0;
  #broken: EntryProblem[] = [];
  #problems: MetadataProblem[] = [];
  #problemCounts = new Map<string, number>();
  #linked: LinkedEntry[] = [];

  countDone(): void {
    this.#filesDone++;
  }

  noteBroken(entry: number, text: string): void {
    this.#broken.push({ entry, text });
  }

  noteProblem(problem: MetadataProblem): void {
    const count = this.#problemCounts.get(problem.part) ?? 0;
    this.#problemCounts.set(problem.part, count + 1);
    if (count < NAMED_PROBLEMS) this.#problems.push(problem);
  }

  noteLinked(linked: LinkedEntry): void {
    this.#linked.push(linked);
  }

  take(bytesWritten: number, followed: readonly number[]): RestoreTally {
    const tally = {
      filesDone: this.#filesDone,
      bytesWritten,
      broken: this.#broken,
      problems: this.#problems,
      problemCounts: this.#problemCounts,
      linked: this.#linked,
      followed,
    };
    this.#filesDone = 0;
    this.#broken = [];
    this.#problems = [];
    this.#problemCounts = new Map();
    this.#linked = [];
    return tally;
  }
}
