import { wait } from './wait.ts';

export interface Patience {
  readonly retries: number;
  readonly delayMs: number;
}

/** Does something again after failures, with a pause between. Throws the last failure. */
export async function retry(
  { retries, delayMs }: Patience,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  for (let left = retries; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left <= 0 || signal.aborted) throw error;
    }
    await wait(delayMs, signal);
  }
}
