import { asBuffer, FormatError } from '../base/index.ts';
import { type FilelistEntry, parseFilelistEntry } from './filelist-entry.ts';
import { type ArrayScan, scanArray, startArrayScan } from './json-array-scan.ts';
import { isJsonObject } from './json-text.ts';

/** Elements are handed to `JSON.parse` in runs of about this many bytes: few calls, little memory. */
const BATCH_BYTES = 64 * 1024;
/** An entry this long would be a file of some 2.7 million blocklists; an unclosed string must not fill the memory. */
const LONGEST_ENTRY_BYTES = 128 * 1024 * 1024;
const JSON_SPACE = [0x20, 0x09, 0x0a, 0x0d];

/**
 * Reads `filelist.json` from its pieces, in batches of entries, in bounded memory. Takes keys in any order,
 * white space, unknown keys and types (such entries are left out), with or without a byte order mark. Throws
 * a `FormatError` `filelist-corrupt` that names `volumeName` and the place in bytes, after all entries before
 * it were given; a list without its end is corrupt too.
 */
export function* readFilelist(pieces: Iterable<Uint8Array>, volumeName: string): Generator<FilelistEntry[]> {
  const parser = new FilelistParser(volumeName);
  for (const piece of pieces) yield* parser.push(piece);
  parser.end();
}

class FilelistParser {
  readonly #volumeName: string;
  readonly #scan: ArrayScan = startArrayScan();
  /** Holds what is scanned or waits to be, from `#start` to `#end`; grows with the longest entry. */
  #bytes = Buffer.allocUnsafeSlow(4 * BATCH_BYTES);
  #start = 0;
  #end = 0;
  /** The place of `#bytes` in the whole list. */
  #offset = 0;
  /** Places after the complete elements from `#start` on. */
  #ends: number[] = [];
  #isAtFirst = true;

  constructor(volumeName: string) {
    this.#volumeName = volumeName;
  }

  *push(piece: Uint8Array): Generator<FilelistEntry[]> {
    for (let at = 0; at < piece.length; at += BATCH_BYTES) {
      yield* this.#read(asBuffer(piece).subarray(at, at + BATCH_BYTES));
    }
  }

  end(): void {
    if (!this.#scan.isClosed) throw this.#corrupt(this.#end, 'it ends too early');
  }

  *#read(piece: Buffer): Generator<FilelistEntry[]> {
    if (this.#scan.isClosed) return this.#checkAfterEnd(piece, this.#offset + this.#end);
    this.#append(piece);
    const stop = scanArray(this.#scan, this.#bytes, this.#end - piece.length, this.#end, this.#ends);
    const lastEnd = this.#ends.at(-1) ?? this.#start;
    if (this.#scan.isClosed) {
      yield* this.#take(stop, '');
      this.#checkAfterEnd(this.#bytes.subarray(stop, this.#end), this.#offset + stop);
    } else if (lastEnd - this.#start >= BATCH_BYTES) {
      yield* this.#take(lastEnd, ']');
    } else if (this.#end - this.#start > LONGEST_ENTRY_BYTES) {
      throw this.#corrupt(this.#start, 'an entry has no end');
    }
  }

  #append(piece: Buffer): void {
    if (this.#end + piece.length > this.#bytes.length) this.#makeRoom(piece.length);
    piece.copy(this.#bytes, this.#end);
    this.#end += piece.length;
  }

  #makeRoom(length: number): void {
    const waiting = this.#end - this.#start;
    const isLarge = waiting + length > this.#bytes.length / 2;
    const target = isLarge ? Buffer.allocUnsafeSlow(this.#bytes.length * 2) : this.#bytes;
    this.#bytes.copy(target, 0, this.#start, this.#end);
    this.#ends = this.#ends.map((end) => end - this.#start);
    this.#bytes = target;
    this.#offset += this.#start;
    this.#start = 0;
    this.#end = waiting;
  }

  /** Gives the entries up to `to`, where `closing` makes a whole array of them. */
  *#take(to: number, closing: ']' | ''): Generator<FilelistEntry[]> {
    const ends = this.#ends;
    this.#ends = [];
    let entries: FilelistEntry[] | undefined;
    try {
      entries = this.#parse(to, closing);
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    if (entries === undefined) yield* this.#takeOneByOne(ends, to, closing);
    else if (entries.length > 0) yield entries;
  }

  /** Gives the entries before the first one that is damaged, and then says where that is. */
  *#takeOneByOne(ends: readonly number[], to: number, closing: ']' | ''): Generator<FilelistEntry[]> {
    const entries: FilelistEntry[] = [];
    let damage: unknown;
    try {
      for (const end of ends) entries.push(...this.#parse(end, ']'));
      entries.push(...this.#parse(to, closing));
    } catch (error) {
      damage = error;
    }
    if (entries.length > 0) yield entries;
    if (damage === undefined) return;
    if (!isDamage(damage)) throw damage;
    throw this.#corrupt(this.#start, damage instanceof TypeError ? damage.message : 'it is not JSON');
  }

  /**
   * The entries from `#start` to `to`. All but the first elements begin with the comma after another, for
   * which `null` stands in.
   */
  #parse(to: number, closing: ']' | ''): FilelistEntry[] {
    const text = this.#bytes.toString('utf8', this.#start, to) + closing;
    const whole = this.#isAtFirst ? text.replace(/^\ufeff/, '') : `[null${text}`;
    const values: unknown = JSON.parse(whole);
    if (!Array.isArray(values)) throw new TypeError('it is no array');
    const entries: FilelistEntry[] = [];
    for (let index = this.#isAtFirst ? 0 : 1; index < values.length; index++) {
      const value: unknown = values[index];
      if (!isJsonObject(value)) throw new TypeError('it is no object');
      const entry = parseFilelistEntry(value);
      if (entry !== undefined) entries.push(entry);
    }
    this.#start = to;
    this.#isAtFirst = false;
    return entries;
  }

  #checkAfterEnd(bytes: Uint8Array, offset: number): void {
    const at = bytes.findIndex((byte) => !JSON_SPACE.includes(byte));
    if (at >= 0) throw this.#corruptAt(offset + at, 'more follows after its end');
  }

  #corrupt(at: number, reason: string): FormatError {
    return this.#corruptAt(this.#offset + at, reason);
  }

  #corruptAt(offset: number, reason: string): FormatError {
    return new FormatError(
      'filelist-corrupt',
      `The file list in volume '${this.#volumeName}' is damaged at byte ${offset}: ${reason}.`,
      { details: { volume: this.#volumeName, offset } },
    );
  }
}

/** What `JSON.parse` and the reading of an entry throw; anything else is not about the list. */
function isDamage(error: unknown): error is SyntaxError | TypeError {
  return error instanceof SyntaxError || error instanceof TypeError;
}
