import { type ByteSink, memoryScratch } from '../base/index.ts';
import type {
  ArchiveEntry,
  ArchiveReader,
  ArchiveWriter,
  ArchiveWriterOptions,
  EntryHint,
} from './archive.ts';
import { EncodeStream, rangePieces } from './stream-pieces.ts';
import { gzipEncoder, type SyncCodec, zstdEncoder } from './sync-codec.ts';
import { TarDirectoryWriter } from './tar-directory.ts';
import { paddingBytes, TAR_BLOCK_BYTES, writeTarHeader } from './tar-records.ts';

/** zlib's levels for the four of `--tgz-compression-level`: none, fastest, usual, smallest. */
const GZIP_LEVELS = [0, 1, 6, 9] as const;

const ZEROS = Buffer.alloc(TAR_BLOCK_BYTES);

/**
 * Writes a tar container: one compressed stream of ustar members, the last of which is the directory. Two
 * zero blocks do not follow.
 */
export class TarWriter implements ArchiveWriter {
  readonly #settings: ArchiveWriterOptions;
  readonly #codec: SyncCodec;
  readonly #stream: EncodeStream;
  readonly #directory = new TarDirectoryWriter();
  readonly #modifiedAt: number;
  /** Bytes of the unpacked archive so far. */
  #offset = 0;
  /** `#offset` when the compressor last gave bytes. */
  #encodedOffset = 0;
  #state: 'open' | 'broken' | 'finished' = 'open';

  constructor(module: 'tzstd' | 'tgz', sink: ByteSink, settings: ArchiveWriterOptions) {
    this.#settings = settings;
    this.#modifiedAt = Math.floor(settings.modifiedAt.getTime() / 1000);
    this.#codec =
      module === 'tzstd' ? zstdEncoder(settings.level) : gzipEncoder(GZIP_LEVELS[settings.level] ?? 9);
    this.#stream = new EncodeStream(this.#codec, sink);
  }

  /** What the compressor has given, what it still holds, and the directory, both as if they did not shrink. */
  get sizeBytes(): number {
    if (this.#state === 'finished') return this.#stream.encodedBytes;
    return this.#stream.encodedBytes + (this.#offset - this.#encodedOffset) + this.#directory.sizeBytes;
  }

  add(name: string, content: Uint8Array, _hint: EntryHint): void {
    this.#addMember(name, content.length, [content]);
  }

  addPieces(name: string, pieces: Iterable<Uint8Array>, _hint: EntryHint): void {
    using scratch = (this.#settings.scratch ?? memoryScratch)();
    for (const piece of pieces) scratch.write(piece);
    const content = scratch.access();
    this.#addMember(name, content.sizeBytes, rangePieces(content, 0, content.sizeBytes));
  }

  copy(reader: ArchiveReader, entry: ArchiveEntry): void {
    this.#addMember(entry.name, entry.sizeBytes, reader.pieces(entry));
  }

  finish(): void {
    this.#checkOpen();
    this.#write(this.#directory.end(this.#offset, this.#modifiedAt));
    this.#stream.end();
    this.#state = 'finished';
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#codec[Symbol.dispose]();
    if (this.#state === 'open') this.#state = 'broken';
  }

  #addMember(name: string, sizeBytes: number, pieces: Iterable<Uint8Array>): void {
    this.#checkOpen();
    this.#directory.claim(name);
    const header = writeTarHeader({ name, sizeBytes, modifiedAt: this.#modifiedAt });
    this.#state = 'broken';
    this.#write(header);
    const offset = this.#offset;
    for (const piece of pieces) this.#write(piece);
    if (this.#offset !== offset + sizeBytes) throw new Error(`Entry '${name}' changed its length.`);
    this.#write(ZEROS.subarray(0, paddingBytes(sizeBytes)));
    this.#directory.add({ name, offset, sizeBytes }, this.#modifiedAt);
    this.#state = 'open';
  }

  #checkOpen(): void {
    if (this.#state !== 'open') throw new Error(`The archive is ${this.#state}.`);
  }

  #write(bytes: Uint8Array): void {
    const before = this.#stream.encodedBytes;
    this.#stream.write(bytes);
    this.#offset += bytes.length;
    if (this.#stream.encodedBytes !== before) this.#encodedOffset = this.#offset;
  }
}
