import type { Abilities, Ability } from '../abilities.ts';
import type { Destination } from '../destination.ts';

/** Every ability, for wrappers that hinder none. */
export const ALL_ABILITIES: readonly Ability[] = [
  'createFolder',
  'freeSpace',
  'rename',
  'lock',
  'lockedUntil',
  'getRange',
  'download',
  'localPath',
];

/** Those of the named abilities that the destination has, for a wrapper to offer as its own. */
export function passAbilities(inner: Destination, abilities: readonly Ability[]): Partial<Abilities> {
  const able: Destination & Partial<Abilities> = inner;
  const present = abilities.flatMap((ability) => {
    const method: unknown = able[ability];
    return typeof method === 'function' ? [[ability, method.bind(inner)] as const] : [];
  });
  return Object.fromEntries(present);
}
