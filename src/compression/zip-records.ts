/**
 * The records of a zip archive that belong to one entry: local header, data descriptor, central record.
 * Layout: PKWARE APPNOTE 6.3, sections 4.3 to 4.5.
 */
import { corrupt, truncated } from './faults.ts';

/** Compression methods by their number in the records. */
export const METHOD = { stored: 0, deflate: 8, zstd: 93 } as const;

export const FLAG = { encrypted: 0x1, descriptor: 0x8, utf8: 0x800 } as const;

export const SIGNATURE = {
  local: 0x04034b50,
  central: 0x02014b50,
  descriptor: 0x08074b50,
  end: 0x06054b50,
  zip64End: 0x06064b50,
  zip64Locator: 0x07064b50,
} as const;

/** The value of a 32-bit field whose real value is in a zip64 extra field. */
export const LIMIT_32 = 0xffffffff;
export const LIMIT_16 = 0xffff;

export const LOCAL_HEADER_BYTES = 30;
const CENTRAL_RECORD_BYTES = 46;

const VERSION = { deflate: 20, zip64: 45, zstd: 63 } as const;
const ZIP64_EXTRA_ID = 1;
/** Identifier and length before the fields of an extra field. */
const EXTRA_HEAD_BYTES = 4;

/** What an archive says about one entry. */
export interface ZipRecord {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc32: number;
  readonly sizeBytes: number;
  readonly storedBytes: number;
  /** Place of the local header. */
  readonly headerOffset: number;
}

/** Date and time as DOS has them: local time, even seconds, 1980 to 2107. The date is in the upper half. */
export function dosTime(time: Date): number {
  const year = Math.min(Math.max(time.getFullYear(), 1980), 2107) - 1980;
  const date = (year << 9) | ((time.getMonth() + 1) << 5) | time.getDate();
  const clock = (time.getHours() << 11) | (time.getMinutes() << 5) | (time.getSeconds() >> 1);
  return ((date << 16) | clock) >>> 0;
}

/** UTF-8 is declared only where it differs from ASCII. */
export function nameFlags(name: string, nameBytes: number): number {
  return nameBytes === name.length ? 0 : FLAG.utf8;
}

/**
 * Writes the local header with its name to the start of `target` and returns its length. Sizes are zero if a
 * descriptor follows.
 */
export function writeLocalHeader(
  target: Buffer,
  record: ZipRecord,
  nameBytes: number,
  modified: number,
): number {
  const isKnown = (record.flags & FLAG.descriptor) === 0;
  target.writeUInt32LE(SIGNATURE.local, 0);
  target.writeUInt16LE(versionNeeded(record.method), 4);
  target.writeUInt16LE(record.flags, 6);
  target.writeUInt16LE(record.method, 8);
  target.writeUInt32LE(modified, 10);
  target.writeUInt32LE(isKnown ? record.crc32 : 0, 14);
  target.writeUInt32LE(isKnown ? record.storedBytes : 0, 18);
  target.writeUInt32LE(isKnown ? record.sizeBytes : 0, 22);
  target.writeUInt16LE(nameBytes, 26);
  target.writeUInt16LE(0, 28);
  target.write(record.name, LOCAL_HEADER_BYTES, 'utf8');
  return LOCAL_HEADER_BYTES + nameBytes;
}

/**
 * The record after an entry whose header could not know its sizes. The sizes take 8 bytes each only if one
 * does not fit into 4.
 */
export function dataDescriptor(record: ZipRecord): Buffer {
  const isLong = record.sizeBytes >= LIMIT_32 || record.storedBytes >= LIMIT_32;
  const bytes = Buffer.alloc(isLong ? 24 : 16);
  bytes.writeUInt32LE(SIGNATURE.descriptor, 0);
  bytes.writeUInt32LE(record.crc32, 4);
  if (isLong) {
    writeUInt64(bytes, record.storedBytes, 8);
    writeUInt64(bytes, record.sizeBytes, 16);
  } else {
    bytes.writeUInt32LE(record.storedBytes, 8);
    bytes.writeUInt32LE(record.sizeBytes, 12);
  }
  return bytes;
}

/** Length of the central record that `writeCentralRecord` writes. */
export function centralRecordBytes(record: ZipRecord, nameBytes: number): number {
  const fields = longFields(record).length;
  return CENTRAL_RECORD_BYTES + nameBytes + (fields === 0 ? 0 : EXTRA_HEAD_BYTES + 8 * fields);
}

/**
 * Writes the central record at `at`; fields that do not fit go to a zip64 extra field, in the order APPNOTE
 * 4.5.3 sets.
 */
export function writeCentralRecord(
  target: Buffer,
  at: number,
  record: ZipRecord,
  facts: { nameBytes: number; modified: number },
): void {
  const fields = longFields(record);
  const version =
    fields.length > 0 ? Math.max(VERSION.zip64, versionNeeded(record.method)) : versionNeeded(record.method);
  target.fill(0, at, at + CENTRAL_RECORD_BYTES);
  target.writeUInt32LE(SIGNATURE.central, at);
  target.writeUInt16LE(version, at + 4);
  target.writeUInt16LE(version, at + 6);
  target.writeUInt16LE(record.flags, at + 8);
  target.writeUInt16LE(record.method, at + 10);
  target.writeUInt32LE(facts.modified, at + 12);
  target.writeUInt32LE(record.crc32, at + 16);
  target.writeUInt32LE(Math.min(record.storedBytes, LIMIT_32), at + 20);
  target.writeUInt32LE(Math.min(record.sizeBytes, LIMIT_32), at + 24);
  target.writeUInt16LE(facts.nameBytes, at + 28);
  target.writeUInt16LE(fields.length === 0 ? 0 : EXTRA_HEAD_BYTES + 8 * fields.length, at + 30);
  target.writeUInt32LE(Math.min(record.headerOffset, LIMIT_32), at + 42);
  target.write(record.name, at + CENTRAL_RECORD_BYTES, 'utf8');
  const extraAt = at + CENTRAL_RECORD_BYTES + facts.nameBytes;
  if (fields.length === 0) return;
  target.writeUInt16LE(ZIP64_EXTRA_ID, extraAt);
  target.writeUInt16LE(8 * fields.length, extraAt + 2);
  for (const [index, value] of fields.entries()) {
    writeUInt64(target, value, extraAt + EXTRA_HEAD_BYTES + 8 * index);
  }
}

/** The central record at `at`, and where the next one starts. */
export function parseCentralRecord(
  bytes: Buffer,
  at: number,
  volumeName: string,
): { record: ZipRecord; nextAt: number } {
  if (at + CENTRAL_RECORD_BYTES > bytes.length) throw shortDirectory(volumeName);
  if (bytes.readUInt32LE(at) !== SIGNATURE.central) {
    throw corrupt({ volumeName, why: 'its directory has a record without signature' });
  }
  const nameAt = at + CENTRAL_RECORD_BYTES;
  const extraAt = nameAt + bytes.readUInt16LE(at + 28);
  const commentAt = extraAt + bytes.readUInt16LE(at + 30);
  const nextAt = commentAt + bytes.readUInt16LE(at + 32);
  if (nextAt > bytes.length) throw shortDirectory(volumeName);
  const [sizeBytes, storedBytes, headerOffset] = widen(
    [bytes.readUInt32LE(at + 24), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)],
    bytes.subarray(extraAt, commentAt),
    volumeName,
  );
  const record = {
    name: bytes.toString('utf8', nameAt, extraAt),
    method: bytes.readUInt16LE(at + 10),
    flags: bytes.readUInt16LE(at + 8),
    crc32: bytes.readUInt32LE(at + 16),
    sizeBytes,
    storedBytes,
    headerOffset,
  };
  return { record, nextAt };
}

/**
 * The name of a local header, and its length with name and extra field, from bytes that hold at least the
 * name; `undefined` if it is none.
 */
export function parseLocalHead(bytes: Buffer): { name: string; headerBytes: number } | undefined {
  const headerBytes = localHeaderBytes(bytes);
  if (headerBytes === undefined) return undefined;
  const name = bytes.toString('utf8', LOCAL_HEADER_BYTES, LOCAL_HEADER_BYTES + bytes.readUInt16LE(26));
  return { name, headerBytes };
}

/** Length of a local header with its name and extra field, from its first 30 bytes; `undefined` if it is none. */
export function localHeaderBytes(head: Buffer): number | undefined {
  if (head.readUInt32LE(0) !== SIGNATURE.local) return undefined;
  return LOCAL_HEADER_BYTES + head.readUInt16LE(26) + head.readUInt16LE(28);
}

/**
 * A whole local header of the length that `localHeaderBytes` gave. Its sizes may be zero when its flags
 * promise a descriptor.
 */
export function parseLocalHeader(bytes: Buffer, headerOffset: number, volumeName: string): ZipRecord {
  const extraAt = LOCAL_HEADER_BYTES + bytes.readUInt16LE(26);
  const [sizeBytes, storedBytes] = widen(
    [bytes.readUInt32LE(22), bytes.readUInt32LE(18), 0],
    bytes.subarray(extraAt),
    volumeName,
  );
  return {
    name: bytes.toString('utf8', LOCAL_HEADER_BYTES, extraAt),
    method: bytes.readUInt16LE(8),
    flags: bytes.readUInt16LE(6),
    crc32: bytes.readUInt32LE(14),
    sizeBytes,
    storedBytes,
    headerOffset,
  };
}

export function writeUInt64(target: Buffer, value: number, at: number): void {
  target.writeBigUInt64LE(BigInt(value), at);
}

/** A 64-bit number; `volume-corrupt` above 2^53, where no file reaches. */
export function readUInt64(bytes: Buffer, at: number, volumeName: string): number {
  const value = Number(bytes.readBigUInt64LE(at));
  if (Number.isSafeInteger(value)) return value;
  throw corrupt({ volumeName, why: 'a zip64 field is absurdly large' });
}

function versionNeeded(method: number): number {
  return method === METHOD.zstd ? VERSION.zstd : VERSION.deflate;
}

function longFields(record: ZipRecord): number[] {
  return [record.sizeBytes, record.storedBytes, record.headerOffset].filter((value) => value >= LIMIT_32);
}

type Wide = [sizeBytes: number, storedBytes: number, headerOffset: number];

/** Replaces fields at their limit by those of the zip64 extra field, which holds just them. */
function widen(fields: Wide, extra: Buffer, volumeName: string): Wide {
  if (!fields.includes(LIMIT_32)) return fields;
  const zip64 = findZip64(extra);
  let at = 0;
  const wide = (value: number): number => {
    if (value !== LIMIT_32 || at + 8 > zip64.length) return value;
    at += 8;
    return readUInt64(zip64, at - 8, volumeName);
  };
  return [wide(fields[0]), wide(fields[1]), wide(fields[2])];
}

function findZip64(extra: Buffer): Buffer {
  let at = 0;
  while (at + EXTRA_HEAD_BYTES <= extra.length) {
    const end = at + EXTRA_HEAD_BYTES + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === ZIP64_EXTRA_ID) return extra.subarray(at + EXTRA_HEAD_BYTES, end);
    at = end;
  }
  return extra.subarray(0, 0);
}

function shortDirectory(volumeName: string): Error {
  return truncated({ volumeName, why: 'its directory ends in the middle of a record' });
}
