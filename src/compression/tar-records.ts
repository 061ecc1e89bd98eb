/** The ustar member header, as Duplicati's tar containers have it. Layout: POSIX.1-1988 ustar. */

export const TAR_BLOCK_BYTES = 512;

export interface TarMember {
  readonly name: string;
  readonly sizeBytes: number;
  /** Modification time in Unix seconds. */
  readonly modifiedAt: number;
}

/** A member header as it was found. */
export interface ParsedTarMember extends TarMember {
  readonly isFile: boolean;
}

/** The largest size that 11 octal digits hold. */
const LARGEST_MEMBER_BYTES = 8 ** 11 - 1;

const NAME = { at: 0, bytes: 100 };
const SIZE_AT = 124;
const MODIFIED_AT = 136;
const CHECKSUM = { at: 148, bytes: 8 };
const TYPE_AT = 156;
const MAGIC_AT = 257;
const FILE_TYPES: readonly number[] = [0x30, 0];
const SPACE = 0x20;

/** Bytes of zeros that bring `sizeBytes` to a whole number of tar blocks. */
export function paddingBytes(sizeBytes: number): number {
  return (TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
}

/**
 * One header of 512 bytes. Names above 99 bytes of UTF-8 are cut, between characters: the directory at the
 * end of the archive has them whole.
 */
export function writeTarHeader(member: TarMember): Buffer {
  if (member.sizeBytes > LARGEST_MEMBER_BYTES)
    throw new Error(`Entry '${member.name}' is too large for a tar container.`);
  const bytes = Buffer.alloc(TAR_BLOCK_BYTES);
  bytes.write(member.name, NAME.at, NAME.bytes - 1, 'utf8');
  bytes.write('0000644 0000000 0000000 ', 100, 'latin1');
  bytes.write(`${octal(member.sizeBytes, 11)} `, SIZE_AT, 'latin1');
  bytes.write(`${octal(Math.max(0, member.modifiedAt), 11)} `, MODIFIED_AT, 'latin1');
  bytes.write('0', TYPE_AT, 'latin1');
  bytes.write('ustar\u000000', MAGIC_AT, 'latin1');
  bytes.write(`${octal(checksum(bytes), 6)}\u0000 `, CHECKSUM.at, 'latin1');
  return bytes;
}

/** A header of 512 bytes; `undefined` if its checksum or a number in it is wrong. */
export function parseTarHeader(bytes: Buffer): ParsedTarMember | undefined {
  const sizeBytes = readOctal(bytes, SIZE_AT, 12);
  const modifiedAt = readOctal(bytes, MODIFIED_AT, 12);
  const sum = readOctal(bytes, CHECKSUM.at, CHECKSUM.bytes);
  if (sizeBytes === undefined || modifiedAt === undefined || sum !== checksum(bytes)) return undefined;
  const nameEnd = bytes.indexOf(0, NAME.at);
  return {
    name: bytes.toString('utf8', NAME.at, nameEnd < 0 ? NAME.bytes : Math.min(nameEnd, NAME.bytes)),
    sizeBytes,
    modifiedAt,
    isFile: FILE_TYPES.includes(bytes.readUInt8(TYPE_AT)),
  };
}

/** True for names that a header cannot hold whole. */
export function isLongName(name: string): boolean {
  return Buffer.byteLength(name) >= NAME.bytes;
}

/** The sum of all bytes, those of the checksum itself taken as spaces. */
function checksum(bytes: Buffer): number {
  const end = CHECKSUM.at + CHECKSUM.bytes;
  return sumBytes(bytes, 0, CHECKSUM.at) + SPACE * CHECKSUM.bytes + sumBytes(bytes, end, TAR_BLOCK_BYTES);
}

function sumBytes(bytes: Buffer, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at += 1) sum += bytes[at] ?? 0;
  return sum;
}

function octal(value: number, digits: number): string {
  return Math.floor(value).toString(8).padStart(digits, '0');
}

function readOctal(bytes: Buffer, at: number, length: number): number | undefined {
  const text = bytes.toString('latin1', at, at + length).replace(/[\u0000 ].*$/s, '');
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}
