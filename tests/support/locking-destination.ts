import { type Destination, DestinationError } from '../../src/destinations/index.ts';

/** What several openings of one storage share: ends of locks by name, milliseconds since 1970. */
export type Locks = Map<string, number>;

/** A destination that refuses to delete or replace files as long as they are locked. */
export function lockingDestination(inner: Destination, locks: Locks, now: () => number) {
  const refuse = (name: string) => {
    if ((locks.get(name) ?? 0) > now())
      throw new DestinationError('destination-refused', `'${name}' is locked.`);
  };
  return {
    list: (options) => inner.list(options),
    get: (name, options) => inner.get(name, options),
    put: async (name, source, options) => {
      refuse(name);
      await inner.put(name, source, options);
    },
    delete: async (name, options) => {
      refuse(name);
      await inner.delete(name, options);
    },
    lock: async (name: string, untilMs: number) => void locks.set(name, untilMs),
    lockedUntil: async (name: string) => locks.get(name),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  } satisfies Destination & Record<string, unknown>;
}
