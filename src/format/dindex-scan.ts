import { fromBase64 } from '../base/index.ts';
import { decodeBase64 } from './base64-digits.ts';
import type { DindexVolume } from './dindex.ts';

const HEAD = Buffer.from('{"blocks":[');
const BEFORE_FIRST_HASH = Buffer.from('{"hash":"');
const BEFORE_NEXT_HASH = Buffer.from(',{"hash":"');
const AFTER_HASH = Buffer.from('","size":');
const TAIL = /^\](?:,"volumehash":"([A-Za-z0-9+/=]+)","volumesize":(0|[1-9]\d{0,14}))?\}$/;
const LONGEST_TAIL = 256;

const CLOSING_BRACE = 0x7d;
const DIGIT_ZERO = 0x30;

/**
 * Reads a `vol/` entry in exactly the form that Duplicati and Ashlar write, one stride a block, without any
 * object or string. Gives `undefined` for everything else, right or wrong, which is then for the general
 * reader to judge.
 */
export function scanDindexVolume(bytes: Buffer, hashSizeBytes: number): DindexVolume | undefined {
  if (!hasAt(bytes, HEAD, 0)) return undefined;
  const textLength = Math.ceil(hashSizeBytes / 3) * 4;
  const smallestStride = BEFORE_FIRST_HASH.length + textLength + AFTER_HASH.length + 2;
  const capacity = Math.ceil(bytes.length / smallestStride);
  const hashes = Buffer.allocUnsafeSlow(capacity * hashSizeBytes);
  const sizes = new Uint32Array(capacity);
  let count = 0;
  let at = HEAD.length;
  for (let before = BEFORE_FIRST_HASH; hasAt(bytes, before, at); before = BEFORE_NEXT_HASH) {
    const hashAt = at + before.length;
    if (!decodeBase64(bytes, hashAt, hashes, count * hashSizeBytes, hashSizeBytes)) return undefined;
    if (!hasAt(bytes, AFTER_HASH, hashAt + textLength)) return undefined;
    const sizeAt = hashAt + textLength + AFTER_HASH.length;
    const sizeEnd = skipDigits(bytes, sizeAt);
    const sizeBytes = readNumber(bytes, sizeAt, sizeEnd);
    if (bytes[sizeEnd] !== CLOSING_BRACE || sizeBytes === undefined) return undefined;
    sizes[count++] = sizeBytes;
    at = sizeEnd + 1;
  }
  const proof = readTail(bytes, at);
  if (proof === undefined) return undefined;
  const blocks = {
    count,
    hashSizeBytes,
    hashes: hashes.subarray(0, count * hashSizeBytes),
    sizes: sizes.subarray(0, count),
  };
  return { blocks, ...proof };
}

function readTail(bytes: Buffer, at: number): Pick<DindexVolume, 'proof'> | undefined {
  const match = bytes.length > at + LONGEST_TAIL ? null : TAIL.exec(bytes.toString('latin1', at));
  if (match === null) return undefined;
  const [, hashText, sizeText] = match;
  if (hashText === undefined) return {};
  const hash = fromBase64(hashText);
  return hash === undefined ? undefined : { proof: { hash, sizeBytes: Number(sizeText) } };
}

function hasAt(bytes: Buffer, expected: Buffer, at: number): boolean {
  for (let index = 0; index < expected.length; index++) {
    if (bytes[at + index] !== expected[index]) return false;
  }
  return true;
}

function skipDigits(bytes: Buffer, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at++;
  return at;
}

/** The number in a run of digits, or `undefined` where JSON or 32 bits would not have it. */
function readNumber(bytes: Buffer, start: number, end: number): number | undefined {
  if (start === end || end - start > 10 || (bytes[start] === DIGIT_ZERO && end - start > 1)) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + (bytes[at] ?? 0) - DIGIT_ZERO;
  return value < 2 ** 32 ? value : undefined;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_ZERO && byte <= DIGIT_ZERO + 9;
}
