import type { RandomAccess, Scratch } from './bytes.ts';
import { FormatError } from './errors.ts';

/** Random access to bytes in memory. */
export function accessBytes(bytes: Uint8Array): RandomAccess {
  return {
    sizeBytes: bytes.byteLength,
    read(offset, length) {
      checkRange(offset, length, bytes.byteLength);
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** Throws `volume-truncated` unless `length` bytes from `offset` lie within `sizeBytes`. */
export function checkRange(offset: number, length: number, sizeBytes: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= sizeBytes) return;
  throw new FormatError(
    'volume-truncated',
    `Bytes ${offset} to ${offset + length} lie outside of ${sizeBytes} bytes.`,
    {
      details: { offset, length, sizeBytes },
    },
  );
}

/** A scratch in memory, for tests and small volumes. */
export function memoryScratch(): Scratch {
  const pieces: Uint8Array[] = [];
  return {
    write: (bytes) => void pieces.push(Uint8Array.from(bytes)),
    access: () => accessBytes(Buffer.concat(pieces)),
    [Symbol.dispose]: () => void pieces.splice(0),
  };
}
