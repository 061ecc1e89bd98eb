import { directoryEndBytes, writeDirectoryEnd } from './zip-directory-end.ts';
import { centralRecordBytes, LIMIT_16, writeCentralRecord, type ZipRecord } from './zip-records.ts';

/** The central directory of an archive in the making, kept as the bytes it will be. */
export class ZipDirectory {
  readonly #names = new Set<string>();
  readonly #modified: number;
  #bytes = Buffer.allocUnsafe(16 * 1024);
  #length = 0;
  #count = 0;

  /** `modified`: DOS time of all entries. */
  constructor(modified: number) {
    this.#modified = modified;
  }

  /** Reserves a name: empty, too long, a folder's or used ones are a plain `Error`. */
  claim(name: string): void {
    if (name === '' || name.length > LIMIT_16 / 3 || name.endsWith('/'))
      throw new Error(`Bad entry name '${name}'.`);
    if (this.#names.has(name)) throw new Error(`The archive already has an entry '${name}'.`);
    this.#names.add(name);
  }

  add(record: ZipRecord, nameBytes: number): void {
    const recordBytes = centralRecordBytes(record, nameBytes);
    if (this.#length + recordBytes > this.#bytes.length) this.#grow(recordBytes);
    writeCentralRecord(this.#bytes, this.#length, record, { nameBytes, modified: this.#modified });
    this.#length += recordBytes;
    this.#count += 1;
  }

  /** Bytes that `end` would give. */
  bytesWhenEnded(directoryOffset: number): number {
    return this.#length + directoryEndBytes(this.#facts(directoryOffset));
  }

  /** The directory and the records that end the archive. */
  end(directoryOffset: number): Buffer[] {
    return [this.#bytes.subarray(0, this.#length), writeDirectoryEnd(this.#facts(directoryOffset))];
  }

  #facts(directoryOffset: number): { entryCount: number; directoryOffset: number; directoryBytes: number } {
    return { entryCount: this.#count, directoryOffset, directoryBytes: this.#length };
  }

  #grow(neededBytes: number): void {
    const grown = Buffer.allocUnsafe(2 * this.#bytes.length + neededBytes);
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
