import type { RestoreTable, RestoreTally } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import type { Faults } from './faults.ts';
import { HardLinks } from './hard-links.ts';

/** Sentences about one part of the metadata that the result holds. */
const NAMED_PROBLEMS = 1000;
/** Those that are logged one by one. */
const LOGGED_PROBLEMS = 5;

/** Adds up what the workers say they did, and reports it. */
export class RestoreProgress {
  readonly problems: string[] = [];
  /** How often each part of the metadata could not be applied. */
  readonly problemCounts = new Map<string, number>();
  readonly hardLinks = new HardLinks();
  /** How many sentences about each part there are. */
  readonly #named = new Map<string, number>();
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
    for (const [part, count] of tally.problemCounts) this.#count(part, count);
    for (const { text, part } of tally.problems) this.#name(text, part);
    for (const linked of tally.linked) this.hardLinks.add(linked);
    for (const { entry, text } of tally.broken) this.#faults.add(entry, text);
    this.#report(undefined);
  };

  readonly enterVolume = (name: string): void => {
    this.volumesRead++;
    this.#report(name);
  };

  /** Notes that the metadata of an entry is lost. */
  noteLost(text: string): void {
    this.#count('metadata', 1);
    this.#name(text, 'metadata');
  }

  #count(part: string, count: number): void {
    this.problemCounts.set(part, (this.problemCounts.get(part) ?? 0) + count);
  }

  #name(text: string, part: string): void {
    const named = this.#named.get(part) ?? 0;
    if (named >= NAMED_PROBLEMS) return;
    this.#named.set(part, named + 1);
    this.problems.push(text);
    if (named >= LOGGED_PROBLEMS) return;
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
