/**
 * What ends a zip archive and leads to its central directory. Layout: PKWARE APPNOTE 6.3, sections 4.3.14 to
 * 4.3.16.
 */
import { asBuffer, type RandomAccess } from '../base/index.ts';
import { corrupt } from './faults.ts';
import { LIMIT_16, LIMIT_32, readUInt64, SIGNATURE, writeUInt64 } from './zip-records.ts';

export interface DirectoryEnd {
  readonly entryCount: number;
  readonly directoryOffset: number;
  readonly directoryBytes: number;
}

const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const ZIP64_END_BYTES = 56;
const ZIP64_VERSION = 45;

/** Length of what `writeDirectoryEnd` gives. */
export function directoryEndBytes(end: DirectoryEnd): number {
  return needsZip64(end) ? ZIP64_END_BYTES + LOCATOR_BYTES + END_BYTES : END_BYTES;
}

/** The end records; the zip64 ones only where a number does not fit. */
export function writeDirectoryEnd(end: DirectoryEnd): Buffer {
  const bytes = Buffer.alloc(directoryEndBytes(end));
  if (needsZip64(end)) writeZip64End(bytes, end);
  const at = bytes.length - END_BYTES;
  bytes.writeUInt32LE(SIGNATURE.end, at);
  bytes.writeUInt16LE(Math.min(end.entryCount, LIMIT_16), at + 8);
  bytes.writeUInt16LE(Math.min(end.entryCount, LIMIT_16), at + 10);
  bytes.writeUInt32LE(Math.min(end.directoryBytes, LIMIT_32), at + 12);
  bytes.writeUInt32LE(Math.min(end.directoryOffset, LIMIT_32), at + 16);
  return bytes;
}

/** Finds the end records. `volume-corrupt` if there are none or they contradict the length of the archive. */
export function findDirectoryEnd(source: RandomAccess, volumeName: string): DirectoryEnd {
  const tailBytes = Math.min(source.sizeBytes, LOCATOR_BYTES + END_BYTES + LIMIT_16);
  const tailOffset = source.sizeBytes - tailBytes;
  const tail = Buffer.from(source.read(tailOffset, tailBytes));
  const at = lastEnd(tail);
  if (at === undefined) throw corrupt({ volumeName, why: 'it has no zip directory' });
  const short = {
    entryCount: tail.readUInt16LE(at + 10),
    directoryBytes: tail.readUInt32LE(at + 12),
    directoryOffset: tail.readUInt32LE(at + 16),
  };
  const end = findZip64End(source, tail, at, volumeName) ?? short;
  if (end.directoryOffset + end.directoryBytes > tailOffset + at) {
    throw corrupt({ volumeName, why: 'its zip directory lies outside of it', offset: end.directoryOffset });
  }
  return end;
}

function lastEnd(tail: Buffer): number | undefined {
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== SIGNATURE.end) continue;
    if (at + END_BYTES + tail.readUInt16LE(at + 20) <= tail.length) return at;
  }
  return undefined;
}

function findZip64End(
  source: RandomAccess,
  tail: Buffer,
  endAt: number,
  volumeName: string,
): DirectoryEnd | undefined {
  const locatorAt = endAt - LOCATOR_BYTES;
  if (locatorAt < 0 || tail.readUInt32LE(locatorAt) !== SIGNATURE.zip64Locator) return undefined;
  const offset = readUInt64(tail, locatorAt + 8, volumeName);
  if (offset + ZIP64_END_BYTES > source.sizeBytes) {
    throw corrupt({ volumeName, why: 'its zip64 end record lies outside of it', offset });
  }
  const bytes = asBuffer(source.read(offset, ZIP64_END_BYTES));
  if (bytes.readUInt32LE(0) !== SIGNATURE.zip64End) {
    throw corrupt({ volumeName, why: 'its zip64 end record is missing', offset });
  }
  return {
    entryCount: readUInt64(bytes, 32, volumeName),
    directoryBytes: readUInt64(bytes, 40, volumeName),
    directoryOffset: readUInt64(bytes, 48, volumeName),
  };
}

function needsZip64(end: DirectoryEnd): boolean {
  return end.entryCount >= LIMIT_16 || end.directoryBytes >= LIMIT_32 || end.directoryOffset >= LIMIT_32;
}

function writeZip64End(bytes: Buffer, end: DirectoryEnd): void {
  bytes.writeUInt32LE(SIGNATURE.zip64End, 0);
  writeUInt64(bytes, ZIP64_END_BYTES - 12, 4);
  bytes.writeUInt16LE(ZIP64_VERSION, 12);
  bytes.writeUInt16LE(ZIP64_VERSION, 14);
  writeUInt64(bytes, end.entryCount, 24);
  writeUInt64(bytes, end.entryCount, 32);
  writeUInt64(bytes, end.directoryBytes, 40);
  writeUInt64(bytes, end.directoryOffset, 48);
  bytes.writeUInt32LE(SIGNATURE.zip64Locator, ZIP64_END_BYTES);
  writeUInt64(bytes, end.directoryOffset + end.directoryBytes, ZIP64_END_BYTES + 8);
  bytes.writeUInt32LE(1, ZIP64_END_BYTES + 16);
}
