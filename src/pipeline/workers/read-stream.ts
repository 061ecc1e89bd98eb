import { readSync } from 'node:fs';
import { errorCode } from '../../base/index.ts';
import { nativeCalls } from '../../base/native/index.ts';

/** How long one wait for a writer takes at most: a thread can be ended between two waits, and not within one. */
const WAIT_MS = 250;
/** How long to wait before asking a stream again that has nothing yet and does not let its reader wait. */
const PAUSE_MS = 5;
const never = new Int32Array(new SharedArrayBuffer(4));

/**
 * Fills `target` from a pipe or the like, as far as there is something. Fewer bytes only at the end of the
 * stream. Waits for the writer.
 */
export function readStream(descriptor: number, target: Uint8Array): number {
  let taken = 0;
  while (taken < target.length) {
    const bytes = readSome(descriptor, target, taken);
    if (bytes === 0) break;
    taken += bytes;
  }
  return taken;
}

function readSome(descriptor: number, target: Uint8Array, offset: number): number {
  for (;;) {
    if (nativeCalls()?.waitReadable(descriptor, WAIT_MS) === false) continue;
    try {
      return readSync(descriptor, target, offset, target.length - offset, null);
    } catch (error) {
      if (errorCode(error) === 'EOF') return 0;
      if (errorCode(error) !== 'EAGAIN') throw error;
      Atomics.wait(never, 0, 0, PAUSE_MS);
    }
  }
}
