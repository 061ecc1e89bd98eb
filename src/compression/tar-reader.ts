import { asBuffer, type RandomAccess, type Scratch } from '../base/index.ts';
import type { ArchiveEntry, ArchiveReader, OpenArchiveOptions, ReadMemory } from './archive.ts';
import { blameVolume, corrupt, tooLarge, truncated } from './faults.ts';
import { decodePieces, rangePieces } from './stream-pieces.ts';
import { gunzipDecoder, zstdDecoder } from './sync-codec.ts';
import { DIRECTORY_NAME, readTarDirectory, type TarEntry } from './tar-directory.ts';
import { paddingBytes, parseTarHeader, TAR_BLOCK_BYTES } from './tar-records.ts';
import { zstdFramesEnd } from './zstd-frame.ts';

const DEFAULT_LIMIT_BYTES = 64 * 1024 ** 3;

/**
 * Unpacks a tar container to scratch and opens what is there, by its directory or, where that is unusable, by
 * its members.
 */
export function openTar(
  module: 'tzstd' | 'tgz',
  source: RandomAccess,
  options: OpenArchiveOptions,
): ArchiveReader {
  const scratch = options.scratch();
  try {
    unpack(module, source, scratch, options);
    const archive = scratch.access();
    const entries = readTarDirectory(archive) ?? scanMembers(archive, options.volumeName);
    return new TarReader(archive, entries, { volumeName: options.volumeName, scratch });
  } catch (error) {
    scratch[Symbol.dispose]();
    throw error;
  }
}

function unpack(
  module: 'tzstd' | 'tgz',
  source: RandomAccess,
  scratch: Scratch,
  options: OpenArchiveOptions,
): void {
  const { volumeName, maxUnpackedBytes = DEFAULT_LIMIT_BYTES } = options;
  if (module === 'tzstd' && !isWholeZstd(source)) {
    throw truncated({ volumeName, why: 'its zstd stream is not complete or something follows it' });
  }
  using decoder = module === 'tzstd' ? zstdDecoder() : gunzipDecoder();
  let unpackedBytes = 0;
  blameVolume({ volumeName }, () => {
    for (const piece of decodePieces(decoder, rangePieces(source, 0, source.sizeBytes))) {
      unpackedBytes += piece.length;
      if (unpackedBytes > maxUnpackedBytes) {
        throw tooLarge({ volumeName, why: `it unpacks to more than ${maxUnpackedBytes} bytes` });
      }
      scratch.write(piece);
    }
    if (module === 'tgz') decoder.step(new Uint8Array(0), new Uint8Array(1), 'last');
  });
}

function isWholeZstd(source: RandomAccess): boolean {
  return source.sizeBytes > 0 && zstdFramesEnd(source, 0, source.sizeBytes) === source.sizeBytes;
}

function scanMembers(archive: RandomAccess, volumeName: string): TarEntry[] {
  const entries = new Map<string, TarEntry>();
  let at = 0;
  while (at < archive.sizeBytes) {
    if (at + TAR_BLOCK_BYTES > archive.sizeBytes)
      throw truncated({ volumeName, why: 'its tar ends in a header', offset: at });
    const header = Buffer.from(archive.read(at, TAR_BLOCK_BYTES));
    if (header.every((byte) => byte === 0)) break;
    const member = parseTarHeader(header);
    if (member === undefined) throw corrupt({ volumeName, why: 'its tar has a damaged header', offset: at });
    const offset = at + TAR_BLOCK_BYTES;
    at = offset + member.sizeBytes + paddingBytes(member.sizeBytes);
    const { name, sizeBytes } = member;
    if (at > archive.sizeBytes)
      throw truncated({ volumeName, entry: name, why: 'the tar ends in it', offset });
    if (!member.isFile || name === DIRECTORY_NAME || name === '') continue;
    if (entries.has(name))
      throw corrupt({ volumeName, entry: name, why: 'there are two entries of this name', offset });
    entries.set(name, { name, offset, sizeBytes });
  }
  return [...entries.values()];
}

class TarReader implements ArchiveReader {
  readonly entries: readonly ArchiveEntry[];
  readonly #archive: RandomAccess;
  readonly #volumeName: string;
  readonly #scratch: Scratch;
  readonly #byName = new Map<string, TarEntry>();

  constructor(
    archive: RandomAccess,
    entries: readonly TarEntry[],
    parts: { volumeName: string; scratch: Scratch },
  ) {
    this.#archive = archive;
    this.#volumeName = parts.volumeName;
    this.#scratch = parts.scratch;
    for (const entry of entries) this.#index(entry);
    this.entries = [
      ...this.#byName.values().map(({ name, sizeBytes }) => ({ name, sizeBytes, storedBytes: sizeBytes })),
    ];
  }

  find(name: string): ArchiveEntry | undefined {
    const entry = this.#byName.get(name);
    return entry && { name, sizeBytes: entry.sizeBytes, storedBytes: entry.sizeBytes };
  }

  read(entry: ArchiveEntry, maxBytes: number, memory?: ReadMemory): Buffer {
    const { name, offset, sizeBytes } = this.#entry(entry);
    if (sizeBytes > maxBytes) {
      const why = `its content of ${sizeBytes} bytes is longer than ${maxBytes} bytes`;
      throw tooLarge({ volumeName: this.#volumeName, entry: name, offset, why });
    }
    const content = asBuffer(this.#archive.read(offset, sizeBytes));
    return memory === undefined ? Buffer.from(content) : content;
  }

  pieces(entry: ArchiveEntry): Iterable<Buffer> {
    const { offset, sizeBytes } = this.#entry(entry);
    return rangePieces(this.#archive, offset, offset + sizeBytes);
  }

  stored(_entry: ArchiveEntry): undefined {
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
  }

  #index(entry: TarEntry): void {
    const name = entry.name.replaceAll('\\', '/');
    if (this.#byName.has(name)) {
      throw corrupt({ volumeName: this.#volumeName, entry: name, why: 'there are two entries of this name' });
    }
    this.#byName.set(name, { ...entry, name });
  }

  #entry(entry: ArchiveEntry): TarEntry {
    const own = this.#byName.get(entry.name);
    if (own === undefined) throw new Error(`'${entry.name}' is no entry of '${this.#volumeName}'.`);
    return own;
  }
}
