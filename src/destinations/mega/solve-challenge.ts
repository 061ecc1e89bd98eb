import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { SignalOptions } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';

const COPIES = 262_144;
const TOKEN_BYTES = 48;
const PREFIX_BYTES = 4;

/**
 * Does the work that Mega's server asks of a client before it logs in, and gives the header that proves it: a
 * number in front of many copies of a token, so that their SHA-256 begins with a value small enough. It takes
 * seconds; other work goes on in between.
 */
export async function solveChallenge(challenge: string, { signal }: SignalOptions): Promise<string> {
  const [version, easiness = '', , token = ''] = challenge.split(':');
  if (version !== '1' || !/^\d{1,3}$/.test(easiness)) {
    throw new DestinationError('destination-refused', 'Mega asks for a proof of work of an unknown kind.', {
      details: { version: version ?? '' },
      hint: 'Use rclone://, which may know it.',
    });
  }
  const bytes = Buffer.alloc(PREFIX_BYTES + COPIES * TOKEN_BYTES);
  bytes.fill(Buffer.from(token, 'base64url').subarray(0, TOKEN_BYTES), PREFIX_BYTES);
  const limit = thresholdOf(Number(easiness));
  for (let number = 0; number < 2 ** 32; number += 1) {
    bytes.writeUInt32LE(number, 0);
    if (createHash('sha256').update(bytes).digest().readUInt32BE(0) <= limit) break;
    await setImmediate();
    signal?.throwIfAborted();
  }
  return `1:${token}:${bytes.subarray(0, PREFIX_BYTES).toString('base64url')}`;
}

function thresholdOf(easiness: number): number {
  return (((easiness & 63) << 1) + 1) * 2 ** ((easiness >> 6) * 7 + 3);
}
