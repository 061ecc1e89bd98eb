import { createCipheriv, randomBytes, randomInt } from 'node:crypto';
import type { ByteRange, UploadSource } from '../../destinations/index.ts';

/** A file of random bytes that is never stored here: its bytes come from its seed whenever they are needed. */
export interface RandomFile extends UploadSource {
  readonly name: string;
}

const PIECE_BYTES = 256 * 1024;
const ZEROS = Buffer.alloc(PIECE_BYTES);
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_';

export interface RandomFileBounds {
  readonly minSizeBytes: number;
  readonly maxSizeBytes: number;
  readonly minNameLength: number;
  readonly maxNameLength: number;
}

/** A new file with a size and a name within the bounds. Names begin so that they are told from all others. */
export function randomFile(prefix: string, bounds: RandomFileBounds): RandomFile {
  const length = randomInt(bounds.minNameLength, bounds.maxNameLength + 1);
  const letters = Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return withContent(prefix + letters, randomInt(bounds.minSizeBytes, bounds.maxSizeBytes + 1));
}

/** A file of that name and size with new bytes. */
export function withContent(name: string, sizeBytes: number): RandomFile {
  const seed = randomBytes(32);
  return {
    name,
    sizeBytes,
    open: async function* () {
      const cipher = createCipheriv('aes-128-ctr', seed.subarray(0, 16), seed.subarray(16));
      for (let left = sizeBytes; left > 0; left -= PIECE_BYTES)
        yield cipher.update(ZEROS.subarray(0, Math.min(left, PIECE_BYTES)));
    },
  };
}

/** True when the bytes are those of the file. */
export async function hasBytes(file: RandomFile, bytes: AsyncIterable<Uint8Array>): Promise<boolean> {
  const expected = file.open()[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  for await (let piece of bytes) {
    while (piece.byteLength > 0) {
      if (rest.byteLength === 0) {
        const next = await expected.next();
        if (next.done === true) return false;
        rest = next.value;
      }
      const length = Math.min(rest.byteLength, piece.byteLength);
      if (Buffer.compare(rest.subarray(0, length), piece.subarray(0, length)) !== 0) return false;
      rest = rest.subarray(length);
      piece = piece.subarray(length);
    }
  }
  return rest.byteLength === 0 && (await expected.next()).done === true;
}

/** The bytes of a range that lies within the file. */
export async function bytesAt(file: RandomFile, { offset, length }: ByteRange): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let position = 0;
  for await (const piece of file.open()) {
    const from = Math.max(0, offset - position);
    if (from < piece.byteLength)
      bytes.set(piece.subarray(from, offset + length - position), Math.max(0, position - offset));
    position += piece.byteLength;
    if (position >= offset + length) break;
  }
  return bytes;
}
