const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Where a scan through the bytes of a JSON array stands; it can pause between any two bytes. */
export interface ArrayScan {
  /** 0 before and after the array, 1 between its elements. */
  depth: number;
  isInString: boolean;
  isEscaped: boolean;
  /** True once the bracket was met that closes the array. */
  isClosed: boolean;
}

export function startArrayScan(): ArrayScan {
  return { depth: 0, isInString: false, isEscaped: false, isClosed: false };
}

/**
 * Goes on with a scan over `bytes[from, to)`: adds the place after each object that is an element of the
 * array to `ends`, stops after the array and gives the place where it stopped. It only finds boundaries:
 * whether the text between them is JSON is for `JSON.parse` to say.
 */
export function scanArray(
  scan: ArrayScan,
  bytes: Uint8Array,
  from: number,
  to: number,
  ends: number[],
): number {
  let at = from;
  while (at < to && !scan.isClosed) {
    at = scan.isInString ? skipString(scan, bytes, at, to) : skipStructure(scan, bytes, at, to, ends);
  }
  return at;
}

/** Goes to the place after the closing quote. */
function skipString(scan: ArrayScan, bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  if (scan.isEscaped) {
    scan.isEscaped = false;
    at++;
  }
  for (; at < to; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      scan.isInString = false;
      return at + 1;
    }
    if (byte === BACKSLASH) at++;
  }
  scan.isEscaped = at > to;
  return to;
}

/** Goes to the place after the next opening quote, or after the array. */
function skipStructure(scan: ArrayScan, bytes: Uint8Array, from: number, to: number, ends: number[]): number {
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      scan.isInString = true;
      return at + 1;
    }
    if (byte === OPENING_BRACE || byte === OPENING_BRACKET) scan.depth++;
    else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
      scan.depth--;
      if (scan.depth === 1 && byte === CLOSING_BRACE) ends.push(at + 1);
      scan.isClosed = scan.depth <= 0;
    }
    if (scan.isClosed) return at + 1;
  }
  return to;
}
