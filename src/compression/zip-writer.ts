import { crc32 } from 'node:zlib';

import type { ByteSink } from '../base/index.ts';
import type {
  ArchiveEntry,
  ArchiveReader,
  ArchiveSettings,
  ArchiveWriter,
  EntryHint,
  StoredEntry,
} from './archive.ts';
import { type BlockEncoder, createBlockEncoder } from './block-encoder.ts';
import { EncodeStream } from './stream-pieces.ts';
import { deflateRawEncoder, encodedBoundBytes, type SyncCodec, zstdStreamEncoder } from './sync-codec.ts';
import { ZipDirectory } from './zip-directory.ts';
import {
  dataDescriptor,
  dosTime,
  FLAG,
  LIMIT_32,
  LOCAL_HEADER_BYTES,
  METHOD,
  nameFlags,
  writeLocalHeader,
  type ZipRecord,
} from './zip-records.ts';

type Content = Pick<ZipRecord, 'method' | 'crc32' | 'sizeBytes' | 'storedBytes'>;

/** Contents up to this are copied in memory, which spares the data descriptor. */
const WHOLE_BYTES = 4 * 1024 * 1024;

/**
 * Writes a zip to a sink that cannot go back. Contents in memory get a local header with their final sizes.
 * An entry in pieces gets a data descriptor, whose fields are 8 bytes long only if a size turned out to need
 * them; readers go by the central directory, which says so.
 */
export class ZipWriter implements ArchiveWriter {
  readonly #settings: ArchiveSettings;
  readonly #sink: ByteSink;
  readonly #encoder: BlockEncoder | undefined;
  readonly #directory: ZipDirectory;
  readonly #modified: number;
  #offset: number;
  #state: 'open' | 'broken' | 'finished' = 'open';
  /** Header and compressed content of one entry. */
  #buffer = Buffer.allocUnsafe(64 * 1024);

  /** `startOffset`: where in the archive the sink stands; not 0 only in tests of large archives. */
  constructor(sink: ByteSink, settings: ArchiveSettings, startOffset = 0) {
    this.#sink = sink;
    this.#settings = settings;
    this.#offset = startOffset;
    this.#modified = dosTime(settings.modifiedAt);
    this.#directory = new ZipDirectory(this.#modified);
    this.#encoder = createBlockEncoder(settings.method, settings.level);
  }

  get sizeBytes(): number {
    return this.#state === 'finished'
      ? this.#offset
      : this.#offset + this.#directory.bytesWhenEnded(this.#offset);
  }

  add(name: string, content: Uint8Array, hint: EntryHint): void {
    if (content.length >= LIMIT_32) throw new Error(`Entry '${name}' is too large to be added from memory.`);
    const nameBytes = this.#claim(name);
    const headerBytes = LOCAL_HEADER_BYTES + nameBytes;
    this.#reserve(headerBytes + encodedBoundBytes(hint === 'store' ? 0 : content.length));
    const encoded =
      hint === 'store' ? undefined : this.#encoder?.encode(content, this.#buffer.subarray(headerBytes));
    const record = this.#record(name, nameBytes, {
      method: encoded === undefined ? METHOD.stored : (this.#encoder?.method ?? METHOD.stored),
      crc32: crc32(content),
      sizeBytes: content.length,
      storedBytes: encoded ?? content.length,
    });
    writeLocalHeader(this.#buffer, record, nameBytes, this.#modified);
    this.#put(this.#buffer.subarray(0, headerBytes + (encoded ?? 0)));
    if (encoded === undefined && content.length > 0) this.#put(content);
    this.#directory.add(record, nameBytes);
  }

  addPieces(name: string, pieces: Iterable<Uint8Array>, hint: EntryHint): void {
    const nameBytes = this.#claim(name);
    const { method, codec } = this.#streamEncoder(hint);
    using encoder = codec;
    const open = this.#record(name, nameBytes, { method, crc32: 0, sizeBytes: 0, storedBytes: 0 });
    const record = { ...open, flags: open.flags | FLAG.descriptor };
    this.#state = 'broken';
    this.#putLocalHeader(record, nameBytes);
    const stream = new EncodeStream(encoder, (bytes) => this.#put(bytes));
    let crc = 0;
    let sizeBytes = 0;
    for (const piece of pieces) {
      crc = crc32(piece, crc);
      sizeBytes += piece.length;
      stream.write(piece);
    }
    stream.end();
    const ended = { ...record, crc32: crc, sizeBytes, storedBytes: stream.encodedBytes };
    this.#put(dataDescriptor(ended));
    this.#directory.add(ended, nameBytes);
    this.#state = 'open';
  }

  copy(reader: ArchiveReader, entry: ArchiveEntry): void {
    const stored = reader.stored(entry);
    if (stored === undefined || !this.#takes(stored)) {
      if (entry.sizeBytes > WHOLE_BYTES) this.addPieces(entry.name, reader.pieces(entry), 'compress');
      else this.add(entry.name, reader.read(entry, WHOLE_BYTES), 'compress');
      return;
    }
    const nameBytes = this.#claim(entry.name);
    const { method, crc32: crc, sizeBytes, storedBytes } = stored;
    const record = this.#record(entry.name, nameBytes, { method, crc32: crc, sizeBytes, storedBytes });
    this.#state = 'broken';
    this.#putLocalHeader(record, nameBytes);
    for (const piece of stored.pieces()) this.#put(piece);
    this.#directory.add(record, nameBytes);
    this.#state = 'open';
  }

  finish(): void {
    this.#checkOpen();
    const end = this.#directory.end(this.#offset);
    for (const bytes of end) this.#put(bytes);
    this.#state = 'finished';
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#encoder?.[Symbol.dispose]();
    if (this.#state === 'open') this.#state = 'broken';
  }

  /** Only methods that the settings allow, so that a zip of Deflate stays one that every reader takes. */
  #takes(stored: StoredEntry): boolean {
    if (stored.sizeBytes >= LIMIT_32 || stored.storedBytes >= LIMIT_32) return false;
    return stored.method === METHOD.stored || stored.method === this.#encoder?.method;
  }

  /**
   * A stored entry of unknown length cannot be told from what follows it without the directory; Deflate of
   * level 0 can, and costs nothing.
   */
  #streamEncoder(hint: EntryHint): { method: number; codec: SyncCodec } {
    if (hint === 'store' || this.#encoder === undefined) {
      return { method: METHOD.deflate, codec: deflateRawEncoder(0) };
    }
    const { method } = this.#encoder;
    const { level } = this.#settings;
    return { method, codec: method === METHOD.zstd ? zstdStreamEncoder(level) : deflateRawEncoder(level) };
  }

  /** Length of the name in UTF-8, after checking that an entry of it may be added. */
  #claim(name: string): number {
    this.#checkOpen();
    this.#directory.claim(name);
    return Buffer.byteLength(name);
  }

  #checkOpen(): void {
    if (this.#state !== 'open') throw new Error(`The archive is ${this.#state}.`);
  }

  #record(name: string, nameBytes: number, content: Content): ZipRecord {
    return { name, flags: nameFlags(name, nameBytes), headerOffset: this.#offset, ...content };
  }

  #putLocalHeader(record: ZipRecord, nameBytes: number): void {
    this.#reserve(LOCAL_HEADER_BYTES + nameBytes);
    this.#put(this.#buffer.subarray(0, writeLocalHeader(this.#buffer, record, nameBytes, this.#modified)));
  }

  #reserve(sizeBytes: number): void {
    if (this.#buffer.length < sizeBytes) this.#buffer = Buffer.allocUnsafe(sizeBytes);
  }

  #put(bytes: Uint8Array): void {
    this.#sink(bytes);
    this.#offset += bytes.length;
  }
}
