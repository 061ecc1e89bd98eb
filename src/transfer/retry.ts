import { setTimeout as delay } from 'node:timers/promises';
import { BackupError, errorMessage, type Log } from '../base/index.ts';
import type { SharedPause } from './shared-pause.ts';

export interface RetryPolicy {
  /** Attempts after the first one. */
  readonly retries: number;
  readonly delayMs: number;
  readonly growth: 'constant' | 'exponential';
}

export interface RetryContext {
  readonly policy: RetryPolicy;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** What is done, for the log: `upload of duplicati-b….dblock.zip`. */
  readonly label: string;
  /** Called before each new attempt. */
  readonly onRetry?: (error: unknown) => void;
  /** The pause that the storage asked all callers for. */
  readonly pause?: SharedPause;
  /** A number from 0 to 1, by which a delay is varied. */
  readonly random?: () => number;
}

/** Ten doublings at most, as Duplicati has it. */
const MAX_DOUBLINGS = 10;
/** Delays vary by this part either way, so that workers which failed together do not come back together. */
const JITTER = 0.2;

/**
 * Runs `attempt` until it succeeds, a failure that no repetition can mend, the attempts are used up, or the
 * run is aborted. A failure that is no `BackupError` (a client library's own) counts as one that may pass.
 */
export async function withRetry<T>(
  context: RetryContext,
  attempt: (number: number) => Promise<T>,
): Promise<T> {
  const { policy, signal, log, label } = context;
  for (let number = 0; ; number++) {
    signal.throwIfAborted();
    await context.pause?.over(signal);
    try {
      return await attempt(number);
    } catch (error) {
      signal.throwIfAborted();
      if (number >= policy.retries || (error instanceof BackupError && !error.retryable)) throw error;
      const askedMs = retryAfterMs(error);
      const wish = askedMs > 0 ? ` It asks to be left alone for ${Math.ceil(askedMs / 1000)} s.` : '';
      log.write(
        'retry',
        'retry',
        `Attempt ${number + 1} of the ${label} failed: ${errorMessage(error)}${wish}`,
      );
      context.onRetry?.(error);
      context.pause?.ask(askedMs);
      await delay(delayOf(context, number), undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

function delayOf({ policy, random = Math.random }: RetryContext, number: number): number {
  const factor = policy.growth === 'exponential' ? 2 ** Math.min(number, MAX_DOUBLINGS) : 1;
  return policy.delayMs * factor * (1 - JITTER + 2 * JITTER * random());
}

/** How long the storage asked to be left alone; 0 where it said nothing. */
function retryAfterMs(error: unknown): number {
  const asked = error instanceof BackupError ? error.details['retryAfterMs'] : undefined;
  return typeof asked === 'number' ? asked : 0;
}
