import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { errorCode } from '../../base/index.ts';
import { hashBytes, hashSizeBytes } from '../../crypto/index.ts';
import type { FormatSettings } from '../../format/index.ts';
import { systemPathOf } from '../../sources/index.ts';
import { readFully } from '../scratch-file.ts';
import type { EntryRestorer } from './entry-restorer.ts';
import type { Compared, CompareItem } from './restore-messages.ts';

/**
 * Finds which blocks of an entry lie in a file of this machine, and copies them into the entry where that is
 * asked for.
 */
export class FileComparer {
  readonly #format: FormatSettings;
  readonly #restorer: EntryRestorer;
  readonly #buffer: Buffer;

  constructor(format: FormatSettings, restorer: EntryRestorer) {
    this.#format = format;
    this.#restorer = restorer;
    this.#buffer = Buffer.allocUnsafeSlow(format.blocksizeBytes);
  }

  compare(item: CompareItem): Compared {
    const { entry } = item;
    const count = item.hashes.length / hashSizeBytes(this.#format.blockHash);
    const present = new Uint8Array(count);
    present.set(item.present);
    const file = openToRead(item.path);
    if (file === undefined) return { entry, present, sizeBytes: -1 };
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) return { entry, present, sizeBytes: -1 };
      for (let number = 0; number < count; number++) {
        if (present[number] === 0 && this.#holds(file, item, number)) present[number] = 1;
      }
      return { entry, present, sizeBytes: stat.size };
    } finally {
      closeSync(file);
    }
  }

  #holds(file: number, item: CompareItem, number: number): boolean {
    const { blocksizeBytes, blockHash } = this.#format;
    const start = number * blocksizeBytes;
    const length = Math.min(blocksizeBytes, (this.#restorer.table.sizeBytes[item.entry] ?? 0) - start);
    if (length <= 0 || readFully(file, this.#buffer, length, start) < length) return false;
    const bytes = this.#buffer.subarray(0, length);
    const hash = hashBytes(blockHash, bytes);
    const hashSize = hash.length;
    if (!hash.equals(item.hashes.subarray(number * hashSize, (number + 1) * hashSize))) return false;
    if (item.action === 'copy') this.#restorer.put(item.entry, number, { bytes, hash });
    return true;
  }
}

/** `undefined` where nothing can be read: that only means that its blocks come from elsewhere. */
function openToRead(path: string): number | undefined {
  try {
    // O_NONBLOCK: a pipe in this place must not hold the run up.
    return openSync(systemPathOf(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}
