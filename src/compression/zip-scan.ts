import { crc32 } from 'node:zlib';

import { asBuffer, type RandomAccess } from '../base/index.ts';
import { blameVolume, corrupt, truncated } from './faults.ts';
import { rangePieces } from './stream-pieces.ts';
import { inflateRawDecoder } from './sync-codec.ts';
import {
  FLAG,
  LOCAL_HEADER_BYTES,
  localHeaderBytes,
  METHOD,
  parseLocalHeader,
  SIGNATURE,
  type ZipRecord,
} from './zip-records.ts';
import { zstdFramesEnd } from './zstd-frame.ts';

/** The archive under scan. */
interface Scan {
  readonly source: RandomAccess;
  readonly volumeName: string;
  /** Why the central directory could not be used. */
  readonly cause: Error;
}

/** What was learned about content whose header does not know its length. */
interface Measured {
  readonly storedBytes: number;
  readonly sizeBytes?: number;
  readonly crc32?: number;
}

/** Signatures that may follow an entry. */
const AFTER_ENTRY: readonly number[] = [
  SIGNATURE.local,
  SIGNATURE.central,
  SIGNATURE.end,
  SIGNATURE.zip64End,
];

/**
 * The entries of a zip by going from local header to local header, for archives whose central directory is
 * broken. The walk must reach the place where the directory begins: an archive that ends before it is
 * truncated, and entries may be missing.
 */
export function scanLocalHeaders(source: RandomAccess, volumeName: string, cause: Error): ZipRecord[] {
  const scan = { source, volumeName, cause };
  const records: ZipRecord[] = [];
  let at = 0;
  for (;;) {
    const signature = readSignature(scan, at);
    if (signature !== SIGNATURE.local) {
      if (signature !== undefined && AFTER_ENTRY.includes(signature)) return records;
      throw signature === undefined
        ? truncated({ volumeName, why: 'it ends before its directory', offset: at, cause })
        : corrupt({
            volumeName,
            why: 'it has no readable zip directory and no zip entry',
            offset: at,
            cause,
          });
    }
    const { record, nextOffset } = scanEntry(scan, at);
    records.push(record);
    at = nextOffset;
  }
}

function readSignature({ source }: Scan, at: number): number | undefined {
  return at + 4 > source.sizeBytes ? undefined : asBuffer(source.read(at, 4)).readUInt32LE(0);
}

function scanEntry(scan: Scan, headerOffset: number): { record: ZipRecord; nextOffset: number } {
  const { source, volumeName, cause } = scan;
  checkEnd(scan, headerOffset + LOCAL_HEADER_BYTES, headerOffset);
  const headerBytes = localHeaderBytes(asBuffer(source.read(headerOffset, LOCAL_HEADER_BYTES))) ?? 0;
  const contentOffset = headerOffset + headerBytes;
  checkEnd(scan, contentOffset, headerOffset);
  const header = parseLocalHeader(
    Buffer.from(source.read(headerOffset, headerBytes)),
    headerOffset,
    volumeName,
  );
  if ((header.flags & FLAG.descriptor) === 0) {
    const nextOffset = contentOffset + header.storedBytes;
    checkEnd(scan, nextOffset, headerOffset);
    return { record: header, nextOffset };
  }
  const place = { volumeName, entry: header.name, offset: headerOffset };
  const measured = blameVolume(place, () => measure(source, header, contentOffset));
  if (measured === undefined) throw truncated({ ...place, why: 'its content does not end', cause });
  const found = readDescriptor(scan, contentOffset + measured.storedBytes, measured);
  if (found === undefined)
    throw corrupt({ ...place, why: 'its data descriptor does not fit its content', cause });
  return { record: { ...header, ...found.sizes }, nextOffset: found.nextOffset };
}

function checkEnd({ source, volumeName, cause }: Scan, end: number, offset: number): void {
  if (end <= source.sizeBytes) return;
  throw truncated({ volumeName, why: 'it ends in the middle of an entry', offset, cause });
}

/** Finds the end of content of unknown length; `undefined` if there is none. */
function measure(source: RandomAccess, header: ZipRecord, start: number): Measured | undefined {
  if (header.storedBytes > 0) return start + header.storedBytes <= source.sizeBytes ? header : undefined;
  if (header.method === METHOD.deflate) return measureDeflate(source, start);
  if (header.method === METHOD.zstd) {
    const end = zstdFramesEnd(source, start, source.sizeBytes);
    return end === undefined ? undefined : { storedBytes: end - start };
  }
  return searchDescriptor(source, header.method, start);
}

function measureDeflate(source: RandomAccess, start: number): Measured | undefined {
  using decoder = inflateRawDecoder();
  const output = Buffer.allocUnsafe(64 * 1024);
  let storedBytes = 0;
  let sizeBytes = 0;
  let crc = 0;
  for (const piece of rangePieces(source, start, source.sizeBytes)) {
    let rest: Uint8Array = piece;
    do {
      decoder.step(rest, output, 'more');
      const { consumedBytes, producedBytes } = decoder;
      if (rest.length > 0 && consumedBytes + producedBytes === 0)
        return { storedBytes, sizeBytes, crc32: crc };
      rest = rest.subarray(consumedBytes);
      storedBytes += consumedBytes;
      sizeBytes += producedBytes;
      crc = crc32(output.subarray(0, producedBytes), crc);
    } while (rest.length > 0 || decoder.producedBytes === output.length);
  }
  return undefined;
}

/**
 * For content that does not say where it ends: the first descriptor that gives just the distance to it and,
 * if stored, the checksum of it.
 */
function searchDescriptor(source: RandomAccess, method: number, start: number): Measured | undefined {
  const mark = Buffer.alloc(4);
  mark.writeUInt32LE(SIGNATURE.descriptor);
  const stepBytes = 64 * 1024;
  let crc = 0;
  let crcEnd = start;
  for (let at = start; at + 16 <= source.sizeBytes; at += stepBytes) {
    const window = Buffer.from(source.read(at, Math.min(stepBytes + 15, source.sizeBytes - at)));
    for (let hit = window.indexOf(mark); hit >= 0; hit = window.indexOf(mark, hit + 1)) {
      if (hit + 16 > window.length || window.readUInt32LE(hit + 8) !== at + hit - start) continue;
      for (const piece of rangePieces(source, crcEnd, at + hit)) crc = crc32(piece, crc);
      crcEnd = at + hit;
      if (method !== METHOD.stored || window.readUInt32LE(hit + 4) === crc)
        return { storedBytes: crcEnd - start };
    }
  }
  return undefined;
}

/**
 * Both field lengths occur, and the signature may be missing: the form that agrees with the content and is
 * followed by a record is taken.
 */
function readDescriptor(
  scan: Scan,
  at: number,
  measured: Measured,
): { sizes: Pick<ZipRecord, 'crc32' | 'storedBytes' | 'sizeBytes'>; nextOffset: number } | undefined {
  const { source } = scan;
  const bytes = Buffer.from(source.read(at, Math.min(24, source.sizeBytes - at)));
  const signed = bytes.length >= 4 && bytes.readUInt32LE(0) === SIGNATURE.descriptor ? [4, 0] : [0];
  for (const from of signed) {
    for (const width of [4, 8]) {
      const end = from + 4 + 2 * width;
      if (end > bytes.length) continue;
      const number = (offset: number): number =>
        width === 4 ? bytes.readUInt32LE(offset) : Number(bytes.readBigUInt64LE(offset));
      const next = readSignature(scan, at + end);
      if (next === undefined || !AFTER_ENTRY.includes(next) || number(from + 4) !== measured.storedBytes)
        continue;
      const sizes = {
        crc32: bytes.readUInt32LE(from),
        storedBytes: measured.storedBytes,
        sizeBytes: number(from + 4 + width),
      };
      if (agrees(measured, sizes)) return { sizes, nextOffset: at + end };
    }
  }
  return undefined;
}

function agrees(measured: Measured, sizes: { crc32: number; sizeBytes: number }): boolean {
  if (measured.crc32 !== undefined && measured.crc32 !== 0 && measured.crc32 !== sizes.crc32) return false;
  return (
    measured.sizeBytes === undefined || measured.sizeBytes === 0 || measured.sizeBytes === sizes.sizeBytes
  );
}
