import { crc32 } from 'node:zlib';

import { asBuffer, type RandomAccess } from '../base/index.ts';
import type { ArchiveEntry, ArchiveReader, ReadMemory, StoredEntry } from './archive.ts';
import { blameVolume, corrupt, tooLarge, unsupported } from './faults.ts';
import { loadForeignMethods } from './foreign-methods.ts';
import { rangePieces } from './stream-pieces.ts';
import { encodedBoundBytes } from './sync-codec.ts';
import { isForeignMethod, ZipContent } from './zip-content.ts';
import { readZipEntries, withSlashes } from './zip-entries.ts';
import { FLAG, LOCAL_HEADER_BYTES, parseLocalHead, type ZipRecord } from './zip-records.ts';

/**
 * Read with the local header, in the hope that its extra field is not longer than this, to save a second
 * read.
 */
const LIKELY_EXTRA_BYTES = 32;

/** Compressed bytes beyond any sensible ratio to the content are refused once they are more than this. */
const HARMLESS_BYTES = 1024 * 1024;

/** Opens a zip; the wide set of methods is loaded only if an entry needs it. */
export async function openZip(source: RandomAccess, volumeName: string): Promise<ArchiveReader> {
  const records = readZipEntries(source, volumeName);
  const needsForeign = records.values().some((record) => isForeignMethod(record.method));
  const foreign = needsForeign ? await loadForeignMethods() : undefined;
  return new ZipReader(source, { volumeName, records, content: new ZipContent(source, volumeName, foreign) });
}

class ZipReader implements ArchiveReader {
  readonly entries: readonly ArchiveEntry[];
  readonly #source: RandomAccess;
  readonly #volumeName: string;
  readonly #records: ReadonlyMap<string, ZipRecord>;
  readonly #content: ZipContent;

  constructor(
    source: RandomAccess,
    parts: { volumeName: string; records: ReadonlyMap<string, ZipRecord>; content: ZipContent },
  ) {
    this.#source = source;
    this.#volumeName = parts.volumeName;
    this.#records = parts.records;
    this.#content = parts.content;
    this.entries = [...parts.records.values()];
  }

  find(name: string): ArchiveEntry | undefined {
    return this.#records.get(name);
  }

  read(
    entry: ArchiveEntry,
    maxBytes: number,
    memory?: ReadMemory,
    checksum: 'verify' | 'skip' = 'verify',
  ): Buffer {
    const record = this.#record(entry);
    const place = this.#place(record);
    if (record.sizeBytes > maxBytes) {
      throw tooLarge({
        ...place,
        why: `its content of ${record.sizeBytes} bytes is longer than ${maxBytes} bytes`,
      });
    }
    if (record.storedBytes > Math.max(HARMLESS_BYTES, 2 * encodedBoundBytes(record.sizeBytes))) {
      throw corrupt({
        ...place,
        why: `its ${record.sizeBytes} bytes are declared to take up ${record.storedBytes} bytes`,
      });
    }
    const content = blameVolume(place, () =>
      this.#content.decodeWhole(record, this.#readStored(record), memory),
    );
    const crc = checksum === 'skip' ? record.crc32 : crc32(content);
    this.#verify(record, { sizeBytes: content.length, crc });
    return content;
  }

  *pieces(entry: ArchiveEntry): Generator<Buffer> {
    const record = this.#record(entry);
    const place = this.#place(record);
    const pieces = this.#content.decodePieces(record, this.#contentOffset(record));
    let sizeBytes = 0;
    let crc = 0;
    try {
      for (;;) {
        const next = blameVolume(place, () => pieces.next());
        if (next.done) break;
        sizeBytes += next.value.length;
        if (sizeBytes > record.sizeBytes) break;
        crc = crc32(next.value, crc);
        yield next.value;
      }
    } finally {
      pieces.return(undefined);
    }
    this.#verify(record, { sizeBytes, crc });
  }

  stored(entry: ArchiveEntry): StoredEntry {
    const record = this.#record(entry);
    const start = this.#contentOffset(record);
    const { method, crc32: crc, sizeBytes, storedBytes } = record;
    return {
      method,
      crc32: crc,
      sizeBytes,
      storedBytes,
      pieces: () => rangePieces(this.#source, start, start + storedBytes),
    };
  }

  [Symbol.dispose](): void {
    this.#content[Symbol.dispose]();
  }

  #record(entry: ArchiveEntry): ZipRecord {
    const record = this.#records.get(entry.name);
    if (record === undefined) throw new Error(`'${entry.name}' is no entry of '${this.#volumeName}'.`);
    if ((record.flags & FLAG.encrypted) === 0) return record;
    throw unsupported({ ...this.#place(record), why: 'it is encrypted in the way of zip' });
  }

  #place(record: ZipRecord): { volumeName: string; entry: string; offset: number } {
    return { volumeName: this.#volumeName, entry: record.name, offset: record.headerOffset };
  }

  /** The compressed bytes, valid until the next read of the source. */
  #readStored(record: ZipRecord): Uint8Array {
    const bytes = this.#readHead(record, LIKELY_EXTRA_BYTES + record.storedBytes);
    const start = this.#headerBytes(record, bytes);
    if (start + record.storedBytes <= bytes.length) return bytes.subarray(start, start + record.storedBytes);
    this.#checkInside(record, record.headerOffset + start);
    return this.#source.read(record.headerOffset + start, record.storedBytes);
  }

  #contentOffset(record: ZipRecord): number {
    const offset = record.headerOffset + this.#headerBytes(record, this.#readHead(record, 0));
    this.#checkInside(record, offset);
    return offset;
  }

  /** The local header with its name and so many bytes more, as far as the archive goes. */
  #readHead(record: ZipRecord, moreBytes: number): Buffer {
    const wantedBytes = LOCAL_HEADER_BYTES + Buffer.byteLength(record.name) + moreBytes;
    const availableBytes = this.#source.sizeBytes - record.headerOffset;
    return asBuffer(this.#source.read(record.headerOffset, Math.min(wantedBytes, availableBytes)));
  }

  /**
   * Length of the local header that `bytes` start with. Its name must agree with the directory: nothing else
   * proves the name.
   */
  #headerBytes(record: ZipRecord, bytes: Buffer): number {
    const header = parseLocalHead(bytes);
    if (header === undefined) throw corrupt({ ...this.#place(record), why: 'its local header is missing' });
    if (withSlashes(header.name) !== record.name) {
      throw corrupt({ ...this.#place(record), why: `its local header names it '${header.name}'` });
    }
    return header.headerBytes;
  }

  #checkInside(record: ZipRecord, contentOffset: number): void {
    if (contentOffset + record.storedBytes <= this.#source.sizeBytes) return;
    throw corrupt({ ...this.#place(record), why: 'it goes on beyond the end of the archive' });
  }

  #verify(record: ZipRecord, content: { sizeBytes: number; crc: number }): void {
    if (content.sizeBytes !== record.sizeBytes) {
      const why = `its content is ${content.sizeBytes > record.sizeBytes ? 'longer' : 'shorter'} than the ${record.sizeBytes} bytes declared`;
      throw corrupt({ ...this.#place(record), why });
    }
    if (content.crc !== record.crc32) throw corrupt({ ...this.#place(record), why: 'its checksum is wrong' });
  }
}
