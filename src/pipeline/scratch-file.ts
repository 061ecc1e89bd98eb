import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { checkRange, profile, type RandomAccess, type Scratch } from '../base/index.ts';

/** Writes all of `bytes`, also where the system takes only a part at a time. */
export function writeFully(file: number, bytes: Uint8Array, position: number | null = null): void {
  const before = profile.enter('write');
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position === null ? null : position + done);
  }
  profile.enter(before);
}

/**
 * Reads up to `length` bytes into `target`, also where the system gives only a part at a time; fewer only at
 * the end of the file.
 */
export function readFully(file: number, target: Uint8Array, length: number, position: number): number {
  const before = profile.enter('read');
  let done = 0;
  while (done < length) {
    const taken = readSync(file, target, done, length - done, position + done);
    if (taken === 0) break;
    done += taken;
  }
  profile.enter(before);
  return done;
}

/** Random access to an open file. */
export function accessFile(file: number, sizeBytes: number): RandomAccess {
  let buffer = Buffer.allocUnsafe(64 * 1024);
  return {
    sizeBytes,
    read(offset, length) {
      checkRange(offset, length, sizeBytes);
      if (buffer.length < length) buffer = Buffer.allocUnsafe(length);
      const taken = readFully(file, buffer, length, offset);
      checkRange(offset, length, offset + taken);
      return buffer.subarray(0, length);
    },
  };
}

/** A scratch on disk that has no name any more and goes with the process. */
export function scratchFile(path: string): Scratch {
  const file = openSync(path, 'wx+', 0o600);
  rmSync(path);
  let sizeBytes = 0;
  return {
    write(bytes) {
      writeFully(file, bytes, sizeBytes);
      sizeBytes += bytes.length;
    },
    access: () => accessFile(file, sizeBytes),
    [Symbol.dispose]: () => closeSync(file),
  };
}
