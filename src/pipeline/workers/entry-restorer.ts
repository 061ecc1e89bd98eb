import { rmSync } from 'node:fs';
import type { FileFlag } from '../../format/index.ts';
import { TargetGuard } from '../../sources/index.ts';
import { ENTRY_FLAGS, ENTRY_STATES, RESTORE_KINDS, RestoreTable } from '../restore-table.ts';
import { ContentWriter } from './content-writer.ts';
import { reasonOf } from './entry-fault.ts';
import { EntryFinisher } from './entry-finisher.ts';
import { KeptMetadata } from './kept-metadata.ts';
import { RestoreLedger } from './restore-ledger.ts';
import { METADATA_POSITION, type RestoreTally, type RestoreWorkerData } from './restore-messages.ts';
import { targetPath } from './target-path.ts';

/** A block as it comes out of a volume, verified. Its bytes are valid until the next block is read. */
export interface RestoredBlock {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

/**
 * Puts blocks into entries, and completes each entry with its last block. Threads share the table: whoever
 * counts an entry down to zero completes it. A metadata blob of one block waits in the thread's memory until
 * the volume ends, because its content nearly always comes from the same volume; its count is held back
 * meanwhile, so no other thread can take the entry for complete.
 */
export class EntryRestorer implements Disposable {
  readonly table: RestoreTable;
  readonly guard: TargetGuard;
  readonly writer: ContentWriter;
  readonly #blocksizeBytes: number;
  readonly #kept: KeptMetadata;
  readonly #ledger = new RestoreLedger();
  readonly #finisher: EntryFinisher;
  readonly #waiting = new Map<number, Uint8Array>();

  constructor(data: RestoreWorkerData) {
    const { format, rules } = data;
    this.#blocksizeBytes = format.blocksizeBytes;
    this.table = new RestoreTable(data.table);
    this.guard = new TargetGuard(data.root, { existingLinks: data.existingLinks });
    this.#kept = new KeptMetadata(data.keptMetadata, this.table);
    const mode = rules.metadata === 'permissions' ? 'private' : 'usual';
    this.writer = new ContentWriter(this.table, this.guard, { format, verify: rules.verify, mode });
    const { table, guard, writer } = this;
    this.#finisher = new EntryFinisher(
      { table, guard, writer, kept: this.#kept, ledger: this.#ledger },
      rules,
    );
  }

  /** Puts a block where one entry needs it. */
  put(entry: number, position: number, block: RestoredBlock): void {
    if (this.table.getState(entry) === ENTRY_STATES.broken) return;
    this.#attempt(entry, () => {
      if (position >= METADATA_POSITION) this.#putMetadata(entry, position - METADATA_POSITION, block.bytes);
      else this.#putContent(entry, position, block);
    });
  }

  /** Lets go of what waits in memory, so that other threads can complete it. Call at the end of each volume. */
  settle(): void {
    for (const [entry, blob] of this.#waiting) {
      this.#attempt(entry, () => {
        this.#kept.writeWhole(entry, blob);
        if (this.table.countDown(entry) === 0) this.#finisher.complete(entry, blob);
      });
    }
    this.#waiting.clear();
    this.writer.closeAll();
  }

  /**
   * Reads on in a followed file, and completes it when nothing of it is missing any more. Always to be called
   * in the same thread for one file.
   */
  follow(entry: number): void {
    const state = this.table.getState(entry);
    if (state === ENTRY_STATES.broken) this.writer.unfollow(entry);
    if (state === ENTRY_STATES.broken || state === ENTRY_STATES.done) return;
    // Asked first: what comes while this reads is told once more.
    const isWhole = Atomics.load(this.table.remaining, entry) === 0;
    this.#attempt(entry, () => {
      this.writer.follow(entry);
      if (isWhole) this.#finisher.complete(entry);
    });
  }

  complete(entry: number): void {
    this.#attempt(entry, () => this.#finisher.complete(entry));
  }

  repeat(entry: number, model: number): void {
    this.#attempt(entry, () => this.#finisher.repeat(entry, model));
  }

  join(entry: number, model: number): void {
    this.#finisher.join(entry, model);
  }

  flag(entry: number, flags: readonly FileFlag[]): void {
    this.#finisher.flag(entry, flags);
  }

  takeTally(): RestoreTally {
    return this.#ledger.take(this.writer.takeBytesWritten(), this.writer.takeFollowed());
  }

  [Symbol.dispose](): void {
    this.writer[Symbol.dispose]();
    this.#kept[Symbol.dispose]();
  }

  #putContent(entry: number, number: number, block: RestoredBlock): void {
    this.writer.write(entry, number, block);
    const left = this.table.countDown(entry);
    if (left === 0) this.#finish(entry);
    else if (left === 1) this.#completeWithWaiting(entry);
  }

  #completeWithWaiting(entry: number): void {
    const blob = this.#waiting.get(entry);
    if (blob === undefined) return;
    this.#waiting.delete(entry);
    if (this.table.countDown(entry) === 0) this.#finisher.complete(entry, blob);
  }

  #putMetadata(entry: number, number: number, bytes: Uint8Array): void {
    const { table } = this;
    const isWhole = (table.metadataBytes[entry] ?? 0) <= this.#blocksizeBytes;
    const isLater = table.kind[entry] !== RESTORE_KINDS.file;
    if (!isWhole || isLater || table.hasFlag(entry, ENTRY_FLAGS.keepMetadata)) {
      this.#kept.write(entry, bytes, number * this.#blocksizeBytes);
      if (table.countDown(entry) === 0 && !isLater) this.#finish(entry);
      return;
    }
    if (Atomics.load(table.remaining, entry) > 1) {
      this.#waiting.set(entry, Buffer.from(bytes));
      return;
    }
    table.countDown(entry);
    this.#finisher.complete(entry, bytes);
  }

  /** Completes an entry whose last block came, or leaves that to the thread that follows it. */
  #finish(entry: number): void {
    if (this.table.isFollowed(entry)) this.writer.noteFollowed(entry);
    else this.#finisher.complete(entry);
  }

  /** Runs a step of one entry; a failure breaks that entry and no other. */
  #attempt(entry: number, step: () => void): void {
    try {
      step();
    } catch (error) {
      const reason = reasonOf(error, this.guard.root);
      const wasStarted = this.table.getState(entry) === ENTRY_STATES.started;
      this.table.setState(entry, ENTRY_STATES.broken);
      this.#ledger.noteBroken(entry, reason);
      if (wasStarted) this.#remove(entry);
    }
  }

  /** Nothing half restored keeps the name of a file. */
  #remove(entry: number): void {
    try {
      rmSync(this.guard.resolve(targetPath(this.guard.root, this.table.path(entry))), { force: true });
    } catch (error) {
      const text = `A part of it could not be removed: ${reasonOf(error, this.guard.root)}`;
      this.#ledger.noteProblem({ entry, text, part: 'remainder' });
    }
  }
}
