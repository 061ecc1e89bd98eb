import { closeSync, constants, openSync } from 'node:fs';
import { createHasher, type HashAlgorithm, type Hasher } from '../../crypto/index.ts';
import type { RestoreTable } from '../restore-table.ts';
import { readFully } from '../scratch-file.ts';
import type { WriteBehind } from '../write-behind.ts';

/** Files that are followed at a time; another one is read as a whole in the end. */
const MOST_FILES = 64;
/** So much of a file is read before it is let go. */
const LET_GO_BYTES = 8 * 1024 * 1024;

interface FollowedFile {
  readonly descriptor: number;
  readonly hasher: Hasher;
  readonly blocks: number;
  nextBlock: number;
  newBytes: number;
}

export interface FollowedContent {
  readonly hash: Buffer;
  /** The open file. */
  readonly descriptor: number;
}

/**
 * Makes the hashes of large files whose blocks other threads write, in any order: reads the blocks in theirs,
 * as far as they are there, and has the system let go of them behind it. A file is so read once more while it
 * is written and in memory, not after it, when a large one would have to come from the disk.
 */
export class FileFollower implements Disposable {
  readonly #table: RestoreTable;
  readonly #format: { readonly blocksizeBytes: number; readonly fileHash: HashAlgorithm };
  readonly #behind: WriteBehind;
  readonly #files = new Map<number, FollowedFile>();
  readonly #buffer: Buffer;

  constructor(
    table: RestoreTable,
    format: { readonly blocksizeBytes: number; readonly fileHash: HashAlgorithm },
    behind: WriteBehind,
  ) {
    this.#table = table;
    this.#format = format;
    this.#behind = behind;
    this.#buffer = Buffer.allocUnsafeSlow(format.blocksizeBytes);
  }

  /** Reads on in a file as far as it is written without a gap. `open` gives its path where it is needed. */
  advance(entry: number, path: () => string | Buffer): void {
    const file = this.#files.get(entry) ?? this.#open(entry, path);
    if (file === undefined) return;
    while (file.nextBlock < file.blocks && this.#table.isWritten(entry, file.nextBlock)) this.#read(file);
  }

  /** Hands the file over with the hash of all of it; `undefined` unless it was read to its end. */
  take(entry: number): FollowedContent | undefined {
    const file = this.#files.get(entry);
    if (file === undefined || file.nextBlock < file.blocks) return undefined;
    this.#files.delete(entry);
    return { hash: file.hasher.digest(), descriptor: file.descriptor };
  }

  /** Gives a file up. */
  drop(entry: number): void {
    const file = this.#files.get(entry);
    if (file === undefined) return;
    this.#files.delete(entry);
    closeSync(file.descriptor);
  }

  [Symbol.dispose](): void {
    for (const entry of [...this.#files.keys()]) this.drop(entry);
  }

  #open(entry: number, path: () => string | Buffer): FollowedFile | undefined {
    if (this.#files.size >= MOST_FILES || !this.#table.isWritten(entry, 0)) return undefined;
    const file: FollowedFile = {
      descriptor: openSync(path(), constants.O_RDONLY | constants.O_NOFOLLOW),
      hasher: createHasher(this.#format.fileHash),
      blocks: Math.ceil((this.#table.sizeBytes[entry] ?? 0) / this.#format.blocksizeBytes),
      nextBlock: 0,
      newBytes: 0,
    };
    this.#files.set(entry, file);
    return file;
  }

  #read(file: FollowedFile): void {
    const position = file.nextBlock * this.#format.blocksizeBytes;
    const taken = readFully(file.descriptor, this.#buffer, this.#buffer.length, position);
    file.hasher.update(this.#buffer.subarray(0, taken));
    file.nextBlock++;
    file.newBytes += taken;
    if (file.newBytes < LET_GO_BYTES) return;
    this.#behind.letGo(file.descriptor, position + taken, file.newBytes);
    file.newBytes = 0;
  }
}
