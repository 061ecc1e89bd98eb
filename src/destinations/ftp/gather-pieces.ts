import { Transform } from 'node:stream';
import { releaseMemory } from '../../base/index.ts';

const PIECE_BYTES = 240 * 1024;

/**
 * Puts together what comes at the same time, because TLS gives 16 KiB at a time and every step after it costs
 * as much for a short piece as for a long one. Nothing waits for bytes that are not there yet. What is written
 * belongs to the stream, which gives its memory back.
 */
export function gatherPieces(): Transform {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const passOn = (): void => {
    if (waitingBytes === 0) return;
    const gathered = waiting;
    stream.push(Buffer.concat(gathered, waitingBytes));
    waiting = [];
    waitingBytes = 0;
    for (const bytes of gathered) releaseMemory(bytes);
  };
  const stream = new Transform({
    readableHighWaterMark: PIECE_BYTES,
    transform: (bytes: Buffer, _encoding, done) => {
      // Once for all that comes in the same round of the event loop.
      if (waitingBytes === 0) setImmediate(passOn);
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (waitingBytes >= PIECE_BYTES) passOn();
      done();
    },
    flush: (done) => {
      passOn();
      done();
    },
    destroy: (error, done) => {
      waitingBytes = 0;
      done(error);
    },
  });
  return stream;
}
