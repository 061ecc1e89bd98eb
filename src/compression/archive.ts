import type { ScratchFactory } from '../base/index.ts';

/** The container of a volume, as its name says: Duplicati's `--compression-module`. */
export type ArchiveModule = 'zip' | 'tzstd' | 'tgz';

/** True for the part of a volume's name that names a container Ashlar knows. */
export function isArchiveModule(text: string): text is ArchiveModule {
  return text === 'zip' || text === 'tzstd' || text === 'tgz';
}

/**
 * `store`: the content is known not to shrink, so no time is spent on trying. Tar containers ignore it, their
 * stream is compressed as a whole.
 */
export type EntryHint = 'compress' | 'store';

/** How zip entries are compressed: Duplicati's `--zip-compression-method`, as far as Ashlar writes it. */
export type ZipMethod = 'Deflate' | 'ZStandard' | 'None';

/** How an archive is written. Plain data, so it can go to another thread. */
export interface ArchiveSettings {
  /** Ignored by tar containers. */
  readonly method: ZipMethod;
  /** Deflate 0..9 (0 stores), ZStandard and tzstd 1..22, tgz 0..3 (none, fastest, usual, smallest). */
  readonly level: number;
  /** Written with every entry; means nothing to readers. */
  readonly modifiedAt: Date;
}

export interface ArchiveWriterOptions extends ArchiveSettings {
  /**
   * Where tar containers keep an entry of unknown length until its length is known; in memory when absent.
   */
  readonly scratch?: ScratchFactory;
}

/**
 * Makes one archive, in order, without seeking. Names are unique and use `/`; a second entry of a name is a
 * plain `Error`.
 */
export interface ArchiveWriter extends Disposable {
  /** Adds one entry from memory. */
  add(name: string, content: Uint8Array, hint: EntryHint): void;
  /**
   * Adds one entry of unknown length in bounded memory. If `pieces` throws, the archive is lost and only
   * disposal is left.
   */
  addPieces(name: string, pieces: Iterable<Uint8Array>, hint: EntryHint): void;
  /**
   * Adds an entry of another archive under its own name. Between zips of one method the compressed bytes are
   * taken as they are and nothing is verified; otherwise the content is read, verified and compressed again.
   */
  copy(reader: ArchiveReader, entry: ArchiveEntry): void;
  /** Bytes of the archive if it were finished now: exact for zip, an estimate for tar containers. */
  readonly sizeBytes: number;
  /** Writes what ends the archive. Nothing can be added afterwards. */
  finish(): void;
}

export interface ArchiveEntry {
  /** With `/` between parts, also where the archive has `\`. */
  readonly name: string;
  /** Length of the content as the archive declares it; proven only by reading. */
  readonly sizeBytes: number;
  /**
   * Bytes it takes up in the archive; in tar containers, whose stream is compressed as a whole, the length of
   * the content.
   */
  readonly storedBytes: number;
}

/** The bytes of a zip entry as they lie in the archive, with what a writer must say about them. */
export interface StoredEntry {
  readonly method: number;
  readonly crc32: number;
  readonly sizeBytes: number;
  readonly storedBytes: number;
  /** The compressed bytes in order, unverified. Each piece is valid until the next is asked for. */
  pieces(): Iterable<Uint8Array>;
}

/**
 * Memory that is used for one content after the other, where fresh memory for each would pile up until it is
 * collected.
 */
export class ReadMemory {
  #buffer = Buffer.alloc(0);

  /** So many bytes, holding anything. What was taken before is overwritten. */
  take(sizeBytes: number): Buffer {
    if (this.#buffer.length < sizeBytes) this.#buffer = Buffer.allocUnsafeSlow(sizeBytes);
    return this.#buffer.subarray(0, sizeBytes);
  }
}

/**
 * The entries of one archive. Every failure caused by the bytes is a `FormatError` that names the volume:
 * `volume-corrupt`, `volume-truncated`, `volume-unsupported`, `volume-too-large`. Disposal frees decoders and
 * scratch.
 */
export interface ArchiveReader extends Disposable {
  /** In the order of the archive. Names are unique. */
  readonly entries: readonly ArchiveEntry[];
  /** The entry of exactly this name. */
  find(name: string): ArchiveEntry | undefined;
  /**
   * The whole content, length and checksum verified. It has its own memory; or, with `memory`, lies there or
   * in the reader's, and is valid until either is used again. `volume-too-large` if it is longer than
   * `maxBytes`. Who knows a hash of the content can do without the archive's own checksum.
   */
  read(entry: ArchiveEntry, maxBytes: number, memory?: ReadMemory, checksum?: 'verify' | 'skip'): Buffer;
  /**
   * The content in bounded memory. Each piece is valid until the next is asked for. A short or corrupt entry
   * throws at its end at the latest.
   */
  pieces(entry: ArchiveEntry): Iterable<Uint8Array>;
  /** The compressed bytes, for a copy without recompressing; `undefined` in tar containers. */
  stored(entry: ArchiveEntry): StoredEntry | undefined;
}

export interface OpenArchiveOptions {
  /** For messages. */
  readonly volumeName: string;
  /** Where tar containers are unpacked to. */
  readonly scratch: ScratchFactory;
  /** Tar containers that unpack to more are refused with `volume-too-large`. Default: 64 GiB. */
  readonly maxUnpackedBytes?: number;
}
