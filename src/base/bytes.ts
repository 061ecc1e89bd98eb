/** Bytes that can be read at any place, synchronously: a buffer, or an open file at a higher floor. */
export interface RandomAccess {
  readonly sizeBytes: number;
  /**
   * Exactly `length` bytes from `offset`; throws a `FormatError` `volume-truncated` when the range lies
   * outside. The result may be reused by the next call.
   */
  read(offset: number, length: number): Uint8Array;
}

/** Where a writer puts its bytes, in order. The bytes may be reused by the caller once the call returns. */
export type ByteSink = (bytes: Uint8Array) => void;

/**
 * A synchronous transform of a stream of bytes. Results may be empty. `final` may be called once, after which
 * the object is spent.
 */
export interface ByteTransform {
  /** What is returned is the caller's, and has nothing in common with `bytes`. */
  update(bytes: Uint8Array): Uint8Array;
  final(): Uint8Array;
}

/** A place for bytes that are too many for memory, given from above to rooms that may not touch the disk. */
export interface Scratch extends Disposable {
  write(bytes: Uint8Array): void;
  /** What was written so far. */
  access(): RandomAccess;
}

export type ScratchFactory = () => Scratch;

const BOM = [0xef, 0xbb, 0xbf] as const;

const UTF8_BOM: Uint8Array = Uint8Array.from(BOM);

/** Decodes UTF-8 text with or without a byte order mark. */
export function decodeText(bytes: Uint8Array): string {
  const start = BOM.every((byte, index) => bytes[index] === byte) ? BOM.length : 0;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start).toString('utf8');
}

/** UTF-8 text after a byte order mark. */
export function encodeTextWithBom(text: string): Buffer {
  return Buffer.concat([UTF8_BOM, Buffer.from(text, 'utf8')]);
}

/** A view of the same memory as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Gives the memory of bytes back at once, where nothing else lies in it; nobody may look at them afterwards.
 * Left to the collector, large pieces pile up.
 */
export function releaseMemory({ buffer, byteLength }: Uint8Array): void {
  if (byteLength > 0 && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
