import type { Abilities } from '../abilities.ts';
import type { Destination, SignalOptions } from '../destination.ts';
import { PendingWork } from '../support/pending-work.ts';
import { Turns } from '../support/turns.ts';
import { ALL_ABILITIES, passAbilities } from './pass-abilities.ts';

/** How long closing waits for what transfers that were given up tidy up. */
const GRACE_MS = 500;

/**
 * The same destination for any number of callers: at most `maxConnections` of the four verbs and of other
 * transfers go on at once, the rest wait for their turn. A transfer that is given up lets its caller go at
 * once; what it takes away from the storage goes on beside, for as long as the storage answers soon.
 */
export function keepOrder(inner: Destination, maxConnections: number): Destination & Partial<Abilities> {
  const turns = new Turns(maxConnections);
  const work = new PendingWork();
  const inTurn = async <T>(call: () => Promise<T>, options: SignalOptions): Promise<T> => {
    await turns.take(options);
    try {
      return await call();
    } finally {
      turns.leave();
    }
  };
  async function* streamInTurn<T>(call: () => AsyncIterable<T>, options: SignalOptions): AsyncGenerator<T> {
    await turns.take(options);
    try {
      yield* call();
    } finally {
      turns.leave();
    }
  }
  const letGo = <T>(call: () => Promise<T>, options: SignalOptions): Promise<T> =>
    work.run(inTurn(call, options), options);
  const { getRange, download, ...others } = passAbilities(inner, ALL_ABILITIES);
  return {
    ...others,
    ...(getRange && {
      getRange: (name, range, options = {}) => inTurn(() => getRange(name, range, options), options),
    }),
    ...(download && {
      download: (name, path, options = {}) => letGo(() => download(name, path, options), options),
    }),
    list: (options = {}) => streamInTurn(() => inner.list(options), options),
    get: (name, options = {}) => streamInTurn(() => inner.get(name, options), options),
    put: (name, source, options = {}) => letGo(() => inner.put(name, source, options), options),
    delete: (name, options = {}) => inTurn(() => inner.delete(name, options), options),
    [Symbol.asyncDispose]: async () => {
      await work.settledWithin(GRACE_MS);
      await inner[Symbol.asyncDispose]();
    },
  };
}
