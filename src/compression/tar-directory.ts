/** The directory at the end of a tar container: Duplicati's member `.eof-header`. */
import { asBuffer, type RandomAccess } from '../base/index.ts';
import { isLongName, paddingBytes, parseTarHeader, TAR_BLOCK_BYTES, writeTarHeader } from './tar-records.ts';

export const DIRECTORY_NAME = '.eof-header';

const MAGIC = Buffer.from('EOFHD1', 'latin1');
/** Offset of the member's header and the magic, the last bytes of the archive. */
const TRAILER_BYTES = 8 + MAGIC.length;
/** More JSON than this is not parsed. */
const LARGEST_DIRECTORY_BYTES = 256 * 1024 * 1024;

export interface TarEntry {
  readonly name: string;
  /** Place of the content in the unpacked archive. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** The directory in the making. */
export class TarDirectoryWriter {
  readonly #names = new Set<string>();
  readonly #members: string[] = [];
  #jsonBytes = 2;

  claim(name: string): void {
    if (name === '' || name === DIRECTORY_NAME || name.endsWith('/'))
      throw new Error(`Bad entry name '${name}'.`);
    if (this.#names.has(name)) throw new Error(`The archive already has an entry '${name}'.`);
    this.#names.add(name);
  }

  add(entry: TarEntry, modifiedAt: number): void {
    const facts = { Offset: entry.offset, Size: entry.sizeBytes, LastWriteTime: modifiedAt };
    const member = `${JSON.stringify(entry.name)}:${JSON.stringify(facts)}`;
    this.#members.push(member);
    this.#jsonBytes += Buffer.byteLength(member) + 1;
  }

  /** About the bytes that `end` gives. */
  get sizeBytes(): number {
    return this.#members.length === 0 ? 0 : TAR_BLOCK_BYTES + this.#jsonBytes + TRAILER_BYTES;
  }

  /** The member with its header, for an archive of `offset` bytes so far; nothing for an archive without entries. */
  end(offset: number, modifiedAt: number): Buffer {
    if (this.#members.length === 0) return Buffer.alloc(0);
    const json = Buffer.from(`{${this.#members.join(',')}}`, 'utf8');
    const leastBytes = json.length + TRAILER_BYTES;
    const sizeBytes = leastBytes + paddingBytes(leastBytes);
    const bytes = Buffer.alloc(TAR_BLOCK_BYTES + sizeBytes);
    bytes.set(writeTarHeader({ name: DIRECTORY_NAME, sizeBytes, modifiedAt }));
    bytes.set(json, TAR_BLOCK_BYTES);
    bytes.writeBigInt64LE(BigInt(offset), bytes.length - TRAILER_BYTES);
    bytes.set(MAGIC, bytes.length - MAGIC.length);
    return bytes;
  }
}

/**
 * The entries by the directory; `undefined` if it is missing, malformed, contradicts the members or leaves
 * some out.
 */
export function readTarDirectory(archive: RandomAccess): TarEntry[] | undefined {
  const place = findDirectory(archive);
  if (place === undefined) return undefined;
  const entries = parseDirectory(asBuffer(archive.read(place.start, place.end - place.start)));
  if (entries === undefined) return undefined;
  let memberBytes = 0;
  for (const entry of entries) {
    if (entry.offset + entry.sizeBytes > place.headerOffset || !isMember(archive, entry)) return undefined;
    memberBytes += TAR_BLOCK_BYTES + entry.sizeBytes + paddingBytes(entry.sizeBytes);
  }
  return memberBytes === place.headerOffset ? entries : undefined;
}

function isMember(archive: RandomAccess, { name, offset, sizeBytes }: TarEntry): boolean {
  if (offset < TAR_BLOCK_BYTES) return false;
  const member = parseTarHeader(asBuffer(archive.read(offset - TAR_BLOCK_BYTES, TAR_BLOCK_BYTES)));
  if (member?.sizeBytes !== sizeBytes) return false;
  return member.name === name || (isLongName(name) && name.startsWith(member.name));
}

function findDirectory(
  archive: RandomAccess,
): { headerOffset: number; start: number; end: number } | undefined {
  if (archive.sizeBytes < 2 * TAR_BLOCK_BYTES) return undefined;
  const end = archive.sizeBytes - TRAILER_BYTES;
  const trailer = Buffer.from(archive.read(end, TRAILER_BYTES));
  if (!trailer.subarray(8).equals(MAGIC)) return undefined;
  const headerOffset = Number(trailer.readBigInt64LE(0));
  const start = headerOffset + TAR_BLOCK_BYTES;
  if (headerOffset < 0 || start > end || end - start > LARGEST_DIRECTORY_BYTES) return undefined;
  const member = parseTarHeader(asBuffer(archive.read(headerOffset, TAR_BLOCK_BYTES)));
  if (member?.name !== DIRECTORY_NAME || start + member.sizeBytes !== archive.sizeBytes) return undefined;
  return { headerOffset, start, end };
}

function parseDirectory(bytes: Buffer): TarEntry[] | undefined {
  const parsed = parseJson(bytes);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const entries: TarEntry[] = [];
  for (const [name, facts] of Object.entries(parsed)) {
    const entry = parseEntry(name, facts);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return entries;
}

function parseJson(bytes: Buffer): unknown {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  try {
    return JSON.parse(bytes.toString('utf8', 0, end));
  } catch {
    // Not JSON: the archive is read by its members instead.
    return undefined;
  }
}

function parseEntry(name: string, facts: unknown): TarEntry | undefined {
  if (typeof facts !== 'object' || facts === null || !('Offset' in facts) || !('Size' in facts))
    return undefined;
  const { Offset: offset, Size: sizeBytes } = facts;
  return isLength(offset) && isLength(sizeBytes) ? { name, offset, sizeBytes } : undefined;
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
