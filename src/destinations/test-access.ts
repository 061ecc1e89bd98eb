import { randomBytes } from 'node:crypto';
import type { Destination, SignalOptions } from './destination.ts';
import { DestinationError } from './destination-error.ts';

export interface AccessTest extends SignalOptions {
  /** `write` also stores, reads back and deletes a small file. */
  readonly mode: 'read' | 'write';
}

/**
 * Proves that a destination can be used. The code of the error tells what is wrong: `destination-unreachable`,
 * `destination-folder-missing`, or `destination-refused` where it can be reached but not written.
 */
export async function testAccess(destination: Destination, { mode, signal }: AccessTest): Promise<void> {
  for await (const _file of destination.list({ signal })) {
    if (mode === 'write') break;
  }
  if (mode === 'read') return;
  const content = randomBytes(32);
  // A name of its own, so that two tests at once do not meet.
  const name = `ashlar-access-test-${content.toString('hex', 0, 6)}.tmp`;
  await destination.put(
    name,
    {
      sizeBytes: content.length,
      open: async function* () {
        yield content;
      },
    },
    { signal },
  );
  const pieces: Uint8Array[] = [];
  for await (const piece of destination.get(name, { signal })) pieces.push(piece);
  await destination.delete(name, { signal });
  if (Buffer.concat(pieces).equals(content)) return;
  throw new DestinationError(
    'destination-corrupt',
    'A test file came back from the destination with other bytes.',
    {
      details: { name },
    },
  );
}
