/**
 * Paths as the program carries them: ordinary strings, so that they fit into JSON, SQLite and a terminal.
 *
 * File names on Linux are bytes. Valid UTF-8 is carried as it is. A byte that is not part of valid UTF-8 is
 * carried as the private code point U+10FF00 + byte (so U+10FF80 to U+10FFFF); a name that really holds such
 * a code point has its four bytes carried one by one, so that the mapping can be undone without doubt.
 * Duplicati restores such a name with the private characters in it; Ashlar gives back the bytes.
 */
const ESCAPE_BASE = 0x10ff00;
const ESCAPED = /[\u{10ff80}-\u{10ffff}]/u;
const REPLACEMENT = '\ufffd';

/** The path to hand to a file call: the string itself, or its bytes where it holds escaped ones. */
export function toSystemPath(path: string): string | Buffer {
  return ESCAPED.test(path) ? encodePath(path) : path;
}

/** The bytes of a path on disk. */
export function encodePath(path: string): Buffer {
  if (!ESCAPED.test(path)) return Buffer.from(path, 'utf8');
  const pieces: Buffer[] = [];
  for (const character of path) {
    const code = character.codePointAt(0) ?? 0;
    pieces.push(
      code >= ESCAPE_BASE + 0x80 && code <= ESCAPE_BASE + 0xff
        ? Buffer.from([code - ESCAPE_BASE])
        : Buffer.from(character, 'utf8'),
    );
  }
  return Buffer.concat(pieces);
}

/** A path or name from its bytes on disk. */
export function decodePath(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (!text.includes(REPLACEMENT) && !ESCAPED.test(text)) return text;
  let result = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    const character = length === 0 ? '' : Buffer.from(bytes.subarray(at, at + length)).toString('utf8');
    const taken = Math.max(1, length);
    if (length === 0 || ESCAPED.test(character)) {
      for (let index = at; index < at + taken; index++)
        result += String.fromCodePoint(ESCAPE_BASE + (bytes[index] ?? 0));
    } else result += character;
    at += taken;
  }
  return result;
}

/**
 * True when a name read as text may have lost bytes, so that it must be read again as bytes and given to
 * `decodePath`.
 */
export function mayHoldInvalidBytes(name: string): boolean {
  return name.includes(REPLACEMENT) || ESCAPED.test(name);
}

/**
 * The length of the valid UTF-8 sequence at `at`, or 0. (RFC 3629: no overlong forms, no surrogates, nothing
 * above U+10FFFF.)
 */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const second = bytes[at + 1] ?? 0;
  const [lowest, highest] = SECOND_BYTE[first] ?? [0x80, 0xbf];
  if (second < lowest || second > highest) return 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  for (let index = 2; index < length; index++) if (((bytes[at + index] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

/** First bytes that narrow the range of the second: the overlong forms, the surrogates and what lies above U+10FFFF. */
const SECOND_BYTE: Readonly<Record<number, readonly [number, number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
};

/**
 * Orders paths by their UTF-8 bytes, which is the order of SQLite, of file lists and of the walk. JavaScript
 * compares UTF-16 units, which differs only where a surrogate meets a unit above the surrogates.
 */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return orderKey(left) - orderKey(right);
  }
  return a.length - b.length;
}

/** Lifts surrogates (which encode code points above U+FFFF) over the other units. */
function orderKey(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
