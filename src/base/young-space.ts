import v8 from 'node:v8';

/**
 * The engine lets the space for young objects grow to 128 MB on a machine with much memory, and holds on to
 * it. From here on, a larger one makes no run faster.
 */
const LARGEST_BYTES = 32 * 1024 * 1024;
const LOOK_MS = 20;

/** Keeps the space for young objects of this thread from growing far beyond 32 MB, until it is disposed of. */
export function limitYoungSpace(): Disposable {
  const timer = setInterval(adjustYoungSpace, LOOK_MS);
  timer.unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      setGrowth(DOUBLING);
    },
  };
}

/** Lets the space grow while it is small. What it may have at most can only be said before the engine starts. */
export function adjustYoungSpace(): void {
  setGrowth(youngSpaceBytes() < LARGEST_BYTES ? DOUBLING : NONE);
}

/** Size of the space for young objects of this thread. */
export function youngSpaceBytes(): number {
  return v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}

const DOUBLING = 2;
const NONE = 1;
let growth = DOUBLING;

/** Holds for all threads; the others have limits of their own from their start. */
function setGrowth(factor: number): void {
  if (factor === growth) return;
  growth = factor;
  v8.setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
