import { PROFILE_STEPS, type ThreadTimes } from '../base/index.ts';

const THREAD_WIDTH = 10;
const STEP_WIDTH = 10;

/** Seconds of each thread in each step, as a table; what a thread waited comes last. */
export function formatProfile(threads: readonly ThreadTimes[]): string {
  const head = ['thread'.padEnd(THREAD_WIDTH), ...[...PROFILE_STEPS, 'wait'].map(alignRight)];
  const rows = threads.map(({ thread, steps, waitMs }) => [
    thread.padEnd(THREAD_WIDTH),
    ...[...PROFILE_STEPS.map((step) => steps[step]), waitMs].map((ms) => alignRight((ms / 1000).toFixed(2))),
  ]);
  return [head, ...rows].map((cells) => `${cells.join('').trimEnd()}\n`).join('');
}

function alignRight(text: string): string {
  return text.padStart(STEP_WIDTH);
}
