import { closeSync, constants, ftruncateSync, openSync } from 'node:fs';
import { profile } from '../../base/index.ts';
import { createHasher, type HashAlgorithm, type Hasher, hashBytes } from '../../crypto/index.ts';
import type { FormatSettings } from '../../format/index.ts';
import type { TargetGuard } from '../../sources/index.ts';
import { ENTRY_FLAGS, ENTRY_STATES, type RestoreTable } from '../restore-table.ts';
import { readFully, writeFully } from '../scratch-file.ts';
import { WriteBehind } from '../write-behind.ts';
import { WrittenFiles } from '../written-files.ts';
import { EntryFault } from './entry-fault.ts';
import { FileFollower } from './file-follower.ts';
import { targetPath } from './target-path.ts';

/** Files of several blocks that a thread keeps open. */
const OPEN_FILES = 64;
/** Owner only, until the metadata say more. */
const PRIVATE_MODE = 0o600;
/** What a new file has, less the mask of the process, where permissions are not restored. */
const USUAL_MODE = 0o666;
const READ_BYTES = 1024 * 1024;
/** Shorter files may be wanted again soon, and it takes longer to let go of one than of the same bytes in others. */
const LEAST_LET_GO_BYTES = 1024 * 1024;

interface OpenFile {
  readonly descriptor: number;
  /** Follows the content as long as its blocks come in order; then the file need not be read again. */
  hasher: Hasher | undefined;
  nextBlock: number;
}

/** Writes the blocks of files to their places. Several threads may write to one file at the same time. */
export class ContentWriter implements Disposable {
  readonly #table: RestoreTable;
  readonly #guard: TargetGuard;
  readonly #format: FormatSettings;
  readonly #verifies: boolean;
  readonly #mode: number;
  readonly #open = new Map<number, OpenFile>();
  readonly #behind = new WriteBehind();
  readonly #complete = new WrittenFiles(this.#behind);
  readonly #followed = new Set<number>();
  /** Block hash of a block of zeros: what is zero in a new file is left out and stays a hole. */
  readonly #zeroHash: Buffer;
  #follower: FileFollower | undefined;
  #buffer: Buffer | undefined;
  #bytesWritten = 0;

  constructor(
    table: RestoreTable,
    guard: TargetGuard,
    settings: {
      readonly format: FormatSettings;
      readonly verify: 'files' | 'blocks';
      readonly mode: 'private' | 'usual';
    },
  ) {
    this.#table = table;
    this.#guard = guard;
    this.#format = settings.format;
    this.#verifies = settings.verify === 'files';
    this.#mode = settings.mode === 'private' ? PRIVATE_MODE : USUAL_MODE;
    this.#zeroHash = hashBytes(settings.format.blockHash, Buffer.alloc(settings.format.blocksizeBytes));
  }

  /** Bytes written since the last call. */
  takeBytesWritten(): number {
    const bytes = this.#bytesWritten;
    this.#bytesWritten = 0;
    return bytes;
  }

  /** The followed files of which something was written since the last call. */
  takeFollowed(): number[] {
    const entries = [...this.#followed];
    this.#followed.clear();
    return entries;
  }

  /** Says that there is something new about a followed file. */
  noteFollowed(entry: number): void {
    this.#followed.add(entry);
  }

  /** Writes one verified block of a file; `number` counts the blocks of the content. */
  write(
    entry: number,
    number: number,
    block: { readonly bytes: Uint8Array; readonly hash: Uint8Array },
  ): void {
    const { bytes } = block;
    const sizeBytes = this.#table.sizeBytes[entry] ?? 0;
    if (sizeBytes <= this.#format.blocksizeBytes) {
      // Content of one block has no hash beside the block's own.
      if (bytes.length !== sizeBytes)
        throw new EntryFault(`its content has ${bytes.length} bytes instead of ${sizeBytes}`);
      this.#writeWhole(entry, bytes);
      return;
    }
    const file = this.#openFile(entry);
    hashInOrder(file, number, bytes);
    const isHole = !this.#isPatched(entry) && this.#zeroHash.equals(block.hash);
    if (!isHole) writeFully(file.descriptor, bytes, number * this.#format.blocksizeBytes);
    this.#bytesWritten += bytes.length;
    if (!this.#table.isFollowed(entry)) return;
    this.#table.markWritten(entry, number);
    this.noteFollowed(entry);
  }

  /** Reads on in a followed file, as far as its blocks are there. */
  follow(entry: number): void {
    this.#follower ??= new FileFollower(this.#table, this.#format, this.#behind);
    this.#follower.advance(entry, () => this.#claim(entry));
  }

  /** Does not follow a file any more. */
  unfollow(entry: number): void {
    this.#follower?.drop(entry);
  }

  /** Makes an empty file, or makes the file that is there empty. */
  writeEmpty(entry: number): void {
    this.#writeWhole(entry, new Uint8Array());
  }

  /** Brings a patched file to its length. True unless the hash of the whole content is known and differs. */
  finish(entry: number): boolean {
    if (this.#isPatched(entry))
      ftruncateSync(this.#openFile(entry).descriptor, this.#table.sizeBytes[entry] ?? 0);
    const expected = this.#verifies ? this.#table.hash(entry) : undefined;
    const followed = this.#follower?.take(entry);
    if (followed !== undefined) {
      this.#open.set(entry, { descriptor: followed.descriptor, hasher: undefined, nextBlock: 0 });
      return expected === undefined || followed.hash.equals(expected);
    }
    return expected === undefined || this.#hashOf(entry, this.#open.get(entry)).equals(expected);
  }

  /**
   * Closes a file to which nothing will be done any more. Not before its holes are made: the system is told to
   * write it.
   */
  leave(entry: number): void {
    const file = this.#open.get(entry);
    if (file === undefined) return;
    this.#open.delete(entry);
    const sizeBytes = this.#table.sizeBytes[entry] ?? 0;
    if (this.#isPatched(entry) || sizeBytes < LEAST_LET_GO_BYTES) closeSync(file.descriptor);
    else this.#complete.add(this.#claim(entry), file.descriptor, sizeBytes);
  }

  closeAll(): void {
    for (const entry of [...this.#open.keys()]) this.#close(entry);
  }

  [Symbol.dispose](): void {
    this.closeAll();
    this.#complete[Symbol.dispose]();
    this.#follower?.[Symbol.dispose]();
  }

  #isPatched(entry: number): boolean {
    return this.#table.hasFlag(entry, ENTRY_FLAGS.patch);
  }

  #writeWhole(entry: number, bytes: Uint8Array): void {
    const before = profile.enter('write');
    const isPatched = this.#isPatched(entry);
    const create = isPatched ? constants.O_TRUNC : constants.O_CREAT | constants.O_EXCL;
    const flags = constants.O_WRONLY | constants.O_NOFOLLOW | create;
    const descriptor = openSync(this.#claim(entry), flags, this.#mode);
    if (!isPatched) this.#table.setState(entry, ENTRY_STATES.started);
    try {
      if (bytes.length > 0) writeFully(descriptor, bytes, 0);
      this.#bytesWritten += bytes.length;
    } finally {
      closeSync(descriptor);
      profile.enter(before);
    }
  }

  #openFile(entry: number): OpenFile {
    const known = this.#open.get(entry);
    if (known !== undefined) return known;
    if (this.#open.size >= OPEN_FILES) this.#closeOldest();
    const isPatched = this.#isPatched(entry);
    const flags = constants.O_RDWR | constants.O_NOFOLLOW | (isPatched ? 0 : constants.O_CREAT);
    const descriptor = openSync(this.#claim(entry), flags, this.#mode);
    if (!isPatched && this.#table.getState(entry) === ENTRY_STATES.waiting) {
      this.#table.setState(entry, ENTRY_STATES.started);
      ftruncateSync(descriptor, this.#table.sizeBytes[entry] ?? 0);
    }
    const file: OpenFile = { descriptor, hasher: this.#startHasher(entry), nextBlock: 0 };
    this.#open.set(entry, file);
    return file;
  }

  #startHasher(entry: number): Hasher | undefined {
    const isHashed = this.#verifies && this.#table.hash(entry) !== undefined;
    const isWanted = isHashed && !this.#isPatched(entry) && !this.#table.isFollowed(entry);
    return isWanted ? createHasher(this.#format.fileHash) : undefined;
  }

  #hashOf(entry: number, file: OpenFile | undefined): Buffer {
    const blocks = Math.ceil((this.#table.sizeBytes[entry] ?? 0) / this.#format.blocksizeBytes);
    if (file?.hasher !== undefined && file.nextBlock === blocks) return file.hasher.digest();
    if (file !== undefined) return this.#hashFile(file.descriptor, this.#format.fileHash);
    const descriptor = openSync(this.#claim(entry), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return this.#hashFile(descriptor, this.#format.fileHash);
    } finally {
      closeSync(descriptor);
    }
  }

  #hashFile(descriptor: number, algorithm: HashAlgorithm): Buffer {
    this.#buffer ??= Buffer.allocUnsafeSlow(READ_BYTES);
    const hasher = createHasher(algorithm);
    for (let position = 0; ; ) {
      const taken = readFully(descriptor, this.#buffer, READ_BYTES, position);
      if (taken === 0) return hasher.digest();
      hasher.update(this.#buffer.subarray(0, taken));
      position += taken;
    }
  }

  #claim(entry: number): string | Buffer {
    return this.#guard.claim(targetPath(this.#guard.root, this.#table.path(entry)));
  }

  #closeOldest(): void {
    const [oldest] = this.#open.keys();
    if (oldest !== undefined) this.#close(oldest);
  }

  #close(entry: number): void {
    const file = this.#open.get(entry);
    if (file === undefined) return;
    this.#open.delete(entry);
    closeSync(file.descriptor);
  }
}

function hashInOrder(file: OpenFile, number: number, bytes: Uint8Array): void {
  if (file.hasher === undefined) return;
  if (number === file.nextBlock) {
    file.hasher.update(bytes);
    file.nextBlock++;
  } else file.hasher = undefined;
}
