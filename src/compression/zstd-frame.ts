/** Where zstd frames end, found by their structure without decompressing. Layout: RFC 8878, section 3.1. */
import { asBuffer, type RandomAccess } from '../base/index.ts';

const FRAME_MAGIC = 0xfd2fb528;
/** The lower four bits of a skippable frame's magic number are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const BLOCK_HEAD_BYTES = 3;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;
const CHECKSUM_BYTES = 4;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

/**
 * Offset after the last of the consecutive frames that start at `start`; `undefined` if one of them is
 * malformed or not complete before `limit`.
 */
export function zstdFramesEnd(source: RandomAccess, start: number, limit: number): number | undefined {
  let at = start;
  while (at < limit) {
    const end = frameEnd(source, at, limit);
    if (end === 'none') break;
    if (end === undefined) return undefined;
    at = end;
  }
  return at;
}

function frameEnd(source: RandomAccess, start: number, limit: number): number | 'none' | undefined {
  if (start + 8 > limit) return 'none';
  const head = asBuffer(source.read(start, 8));
  const magic = head.readUInt32LE(0);
  if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) return within(start + 8 + head.readUInt32LE(4), limit);
  if (magic !== FRAME_MAGIC) return 'none';
  const descriptor = head.readUInt8(4);
  const hasChecksum = (descriptor & 4) !== 0;
  const end = blocksEnd(source, start + 5 + headerRestBytes(descriptor), limit);
  return end === undefined ? undefined : within(end + (hasChecksum ? CHECKSUM_BYTES : 0), limit);
}

/** Bytes of the frame header after its descriptor. */
function headerRestBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeCode = descriptor >>> 6;
  const sizeBytes = sizeCode === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_BYTES[sizeCode] ?? 0);
  return (isSingleSegment ? 0 : 1) + (DICTIONARY_ID_BYTES[descriptor & 3] ?? 0) + sizeBytes;
}

function blocksEnd(source: RandomAccess, start: number, limit: number): number | undefined {
  let at = start;
  let isLast = false;
  while (!isLast) {
    if (at + BLOCK_HEAD_BYTES > limit) return undefined;
    const head = asBuffer(source.read(at, BLOCK_HEAD_BYTES)).readUIntLE(0, BLOCK_HEAD_BYTES);
    const type = (head >>> 1) & 3;
    if (type === RESERVED_BLOCK) return undefined;
    isLast = (head & 1) !== 0;
    at += BLOCK_HEAD_BYTES + (type === RLE_BLOCK ? 1 : head >>> 3);
  }
  return at;
}

function within(end: number, limit: number): number | undefined {
  return end <= limit ? end : undefined;
}
