import { setTimeout as delay } from 'node:timers/promises';
import { type Destination, passAbilities, type UploadSource } from '../../src/destinations/index.ts';

/** So long each step of a call takes at most. */
const STEP_MS = 15;

/**
 * Any destination over a line on which every call takes its time, before the effect, in the middle of the
 * bytes and after the effect.
 */
export function slowDestination(inner: Destination, random: () => number): Destination {
  const pause = () => delay(random() * STEP_MS);
  return {
    ...passAbilities(inner, ['createFolder', 'freeSpace']),
    async *list(options) {
      await pause();
      yield* inner.list(options);
      await pause();
    },
    async *get(name, options) {
      await pause();
      yield* inner.get(name, options);
      await pause();
    },
    async put(name, source, options) {
      await pause();
      await inner.put(name, slowSource(source, pause), options);
      await pause();
    },
    async delete(name, options) {
      await pause();
      await inner.delete(name, options);
      await pause();
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

function slowSource({ sizeBytes, open }: UploadSource, pause: () => Promise<unknown>): UploadSource {
  return {
    sizeBytes,
    open: async function* () {
      for await (const piece of open()) {
        await pause();
        yield piece;
      }
    },
  };
}
