import type { Abilities, Ability } from '../abilities.ts';
import type { Destination } from '../destination.ts';
import { passAbilities } from './pass-abilities.ts';

const NAMELESS: readonly Ability[] = ['createFolder', 'freeSpace'];
const NAMED: readonly Ability[] = ['rename', 'lock', 'lockedUntil', 'getRange', 'download', 'localPath'];

/**
 * A destination whose files are listed under the names that `translate` makes of theirs, and found under them
 * from then on. Two files whose names become one are listed both, under that name.
 */
export function translateNames(
  inner: Destination,
  translate: (name: string) => string,
): Destination & Partial<Abilities> {
  /** The names that the storage has, where they are others. */
  const stored = new Map<string, string>();
  const storedName = (name: string) => stored.get(name) ?? name;
  return {
    ...passAbilities(inner, NAMELESS),
    ...translateFirst(passAbilities(inner, NAMED), storedName),
    async *list(options) {
      for await (const file of inner.list(options)) {
        const name = translate(file.name);
        if (name !== file.name) stored.set(name, file.name);
        yield { ...file, name };
      }
    },
    get: (name, options) => inner.get(storedName(name), options),
    put: (name, source, options) => inner.put(storedName(name), source, options),
    async delete(name, options) {
      await inner.delete(storedName(name), options);
      stored.delete(name);
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

/** The same methods with their first argument, a name, translated. */
function translateFirst(abilities: Partial<Abilities>, storedName: (name: string) => string) {
  const { rename, lock, lockedUntil, getRange, download, localPath } = abilities;
  return {
    ...(rename && { rename: bind(rename, storedName) }),
    ...(lock && { lock: bind(lock, storedName) }),
    ...(lockedUntil && { lockedUntil: bind(lockedUntil, storedName) }),
    ...(getRange && { getRange: bind(getRange, storedName) }),
    ...(download && { download: bind(download, storedName) }),
    ...(localPath && { localPath: bind(localPath, storedName) }),
  };
}

function bind<A extends readonly unknown[], R>(
  method: (name: string, ...others: A) => R,
  storedName: (name: string) => string,
): (name: string, ...others: A) => R {
  return (name, ...others) => method(storedName(name), ...others);
}
