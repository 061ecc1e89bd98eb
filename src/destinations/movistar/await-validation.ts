import { setTimeout as delay } from 'node:timers/promises';
import { counted, monotonicMs } from '../../base/index.ts';
import type { SignalOptions } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';

export interface ValidationSettings {
  readonly limitMs: number;
  readonly intervalMs: number;
}

/** What the server says of a file that it has accepted. */
const ACCEPTED = 'U';

/** Asks until the server has accepted a file. Throws `destination-unreachable` when the time is over. */
export async function awaitValidation(
  {
    limitMs,
    intervalMs,
    name,
    ask,
  }: ValidationSettings & {
    readonly name: string;
    readonly ask: () => Promise<string>;
  },
  { signal }: SignalOptions,
): Promise<void> {
  const endMs = monotonicMs() + limitMs;
  while ((await ask()).toUpperCase() !== ACCEPTED) {
    if (monotonicMs() >= endMs) {
      throw new DestinationError(
        'destination-unreachable',
        `The storage has not accepted '${name}' within ${counted(Math.round(limitMs / 1000), 'second')}.`,
        {
          details: { name, limitMs },
          hint: 'Wait longer by --validation-timeout, or leave it out by --ignore-validation-result.',
        },
      );
    }
    await delay(intervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    signal?.throwIfAborted();
  }
}
