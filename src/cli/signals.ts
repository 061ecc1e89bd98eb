import { monotonicMs, type RunController } from '../base/index.ts';

/** Where signals come from; `process`, or an emitter in tests. */
export interface SignalSource {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

export interface SignalOptions {
  readonly source: SignalSource;
  readonly control: RunController;
  /** Says what the signal does. */
  readonly announce: (line: string) => void;
  /** Ends the process at once, for a user who insists. */
  readonly exit: () => void;
  /** What the first Ctrl-C asks for: `abort` where an operation has nothing to bring to an end. */
  readonly first?: 'stop' | 'abort';
  /** A steady clock. */
  readonly clockMs?: () => number;
}

/** A terminal and a launcher may both pass one key press on; two signals that close together are one. */
const SAME_KEY_PRESS_MS = 300;

/**
 * Ctrl-C stops: the current file is finished and a valid partial version is left. The next one aborts, and
 * one more ends the process. Requests of the system to end, a closed terminal, and the death of the launcher
 * abort. Answers a function that takes the listeners away again.
 */
export function handleSignals({
  source,
  control,
  announce,
  exit,
  first = 'stop',
  clockMs = monotonicMs,
}: SignalOptions): () => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  const onInterrupt = (): void => {
    const nowMs = clockMs();
    if (nowMs - lastMs < SAME_KEY_PRESS_MS) return;
    lastMs = nowMs;
    count++;
    if (count === 1 && first === 'stop') {
      announce('Stopping after the current file. Press Ctrl-C again to end now.');
      control.stop();
    } else if (!control.signal.aborted) {
      announce(first === 'stop' ? 'Ending now; the next run goes on from here.' : 'Ending now.');
      control.abort();
    } else exit();
  };
  const onEnd = (): void => control.abort();
  const listeners = [
    ['SIGINT', onInterrupt],
    ['SIGTERM', onEnd],
    ['SIGHUP', onEnd],
    ['disconnect', onEnd],
  ] as const;
  for (const [event, listener] of listeners) source.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) source.off(event, listener);
  };
}
