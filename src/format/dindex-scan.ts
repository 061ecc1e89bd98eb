import { fromBase64 } from '../base/index.ts';
import type { DindexVolume } from './dindex.ts';

const HEAD = Buffer.from('{"blocks":[');
const BEFORE_HASH = Buffer.from('{"hash":"');
const AFTER_HASH = Buffer.from('","size":');
const TAIL = /^\](?:,"volumehash":"([A-Za-z0-9+/=]+)","volumesize":(\d{1,15}))?\}$/;

const COMMA = 0x2c;
const CLOSING_BRACE = 0x7d;
const DIGIT_ZERO = 0x30;
const PADDING = 0x3d;

/**
 * Reads a `vol/` entry in exactly the form that Duplicati and Ashlar write, one stride a block, without any object or string. Gives `undefined`
 * for everything else, right or wrong, which is then for the general reader to judge.
 */
export function scanDindexVolume(bytes: Buffer, hashSizeBytes: number): DindexVolume | undefined {
  if (!hasAt(bytes, HEAD, 0)) return undefined;
  const textLength = Math.ceil(hashSizeBytes / 3) * 4;
  const smallestStride = BEFORE_HASH.length + textLength + AFTER_HASH.length + 2;
  const capacity = Math.ceil(bytes.length / smallestStride);
  const hashes = Buffer.allocUnsafeSlow(capacity * hashSizeBytes);
  const sizes = new Uint32Array(capacity);
  let count = 0;
  let at = HEAD.length;
  while (hasAt(bytes, BEFORE_HASH, at)) {
    const hashAt = at + BEFORE_HASH.length;
    if (!decodeBase64(bytes, hashAt, hashes, count * hashSizeBytes, hashSizeBytes)) return undefined;
    if (!hasAt(bytes, AFTER_HASH, hashAt + textLength)) return undefined;
    const sizeAt = hashAt + textLength + AFTER_HASH.length;
    const sizeEnd = skipDigits(bytes, sizeAt);
    const sizeBytes = readNumber(bytes, sizeAt, sizeEnd);
    if (bytes[sizeEnd] !== CLOSING_BRACE || sizeBytes === undefined) return undefined;
    sizes[count++] = sizeBytes;
    at = sizeEnd + 1;
    if (bytes[at] !== COMMA) break;
    at++;
  }
  const proof = count > 0 && bytes[at - 1] === COMMA ? undefined : readTail(bytes, at);
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
  const match = TAIL.exec(bytes.toString('latin1', at, Math.min(bytes.length, at + 256)));
  if (match === null || bytes.length > at + 256) return undefined;
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

const NO_DIGIT = 0xff;
const VALUES = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, byte] of Buffer.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
).entries()) {
  VALUES[byte] = value;
}

/** Decodes padded base64 of a known length in place. False where the text is no strict base64 of it. */
function decodeBase64(
  text: Buffer,
  textAt: number,
  target: Buffer,
  targetAt: number,
  length: number,
): boolean {
  let from = textAt;
  let to = targetAt;
  const end = targetAt + length;
  let wrong = 0;
  for (; to + 3 <= end; to += 3, from += 4) {
    const a = valueAt(text, from);
    const b = valueAt(text, from + 1);
    const c = valueAt(text, from + 2);
    const d = valueAt(text, from + 3);
    wrong |= a | b | c | d;
    target[to] = (a << 2) | (b >> 4);
    target[to + 1] = (b << 4) | (c >> 2);
    target[to + 2] = (c << 6) | d;
  }
  if (to < end) wrong |= decodeLast(text, from, target, to, end - to);
  return wrong < 64;
}

/** Decodes the padded last quartet of one or two bytes. The result is at least 64 where it is wrong. */
function decodeLast(text: Buffer, from: number, target: Buffer, to: number, length: number): number {
  const a = valueAt(text, from);
  const b = valueAt(text, from + 1);
  target[to] = (a << 2) | (b >> 4);
  if (length === 1) {
    return text[from + 2] === PADDING && text[from + 3] === PADDING ? a | b : NO_DIGIT;
  }
  const c = valueAt(text, from + 2);
  target[to + 1] = (b << 4) | (c >> 2);
  return text[from + 3] === PADDING ? a | b | c : NO_DIGIT;
}

function valueAt(text: Buffer, at: number): number {
  return VALUES[text[at] ?? 0] ?? NO_DIGIT;
}
