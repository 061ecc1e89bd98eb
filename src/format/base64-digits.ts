/**
 * Base64 where it is met most: in the hashes of file lists and index volumes. These loops were measured
 * against regular expressions and Node's own decoder, which cost several times as much on texts this short.
 */
const PADDING = 0x3d;
/** At least 64, so that it shows through any combination with the values of digits. */
const NO_DIGIT = 0xff;

const VALUES = new Uint8Array(256).fill(NO_DIGIT);
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
for (const [value, byte] of Buffer.from(DIGITS).entries()) VALUES[byte] = value;

/** True for standard base64 with its padding, not empty. */
export function isPaddedBase64(text: string): boolean {
  if (text.length === 0 || text.length % 4 !== 0) return false;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  for (let at = text.length - padding - 1; at >= 0; at--) {
    if ((VALUES[text.charCodeAt(at)] ?? NO_DIGIT) === NO_DIGIT) return false;
  }
  return true;
}

/**
 * Decodes padded base64 that stands for `length` bytes, from one buffer into another. False where the text is
 * not strictly that.
 */
export function decodeBase64(
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
