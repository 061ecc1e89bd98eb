import type { Abilities, Ability } from '../abilities.ts';
import type { Destination } from '../destination.ts';
import { ALL_ABILITIES } from './pass-abilities.ts';

/** Abilities that answer with a promise; all of them do. */
type AnyAbility = (...given: readonly unknown[]) => Promise<unknown>;

/**
 * A destination that is opened anew for every call and closed after it, for servers and lines that do not
 * bear a connection which is used for long. `open` makes one without touching the storage; it is called once
 * more to see what the destination is able to.
 */
export async function openForEachCall(
  open: () => Promise<Destination>,
): Promise<Destination & Partial<Abilities>> {
  await using pattern = await open();
  return {
    ...freshAbilities(pattern, open),
    async *list(options) {
      await using destination = await open();
      yield* destination.list(options);
    },
    async *get(name, options) {
      await using destination = await open();
      yield* destination.get(name, options);
    },
    async put(name, source, options) {
      await using destination = await open();
      await destination.put(name, source, options);
    },
    async delete(name, options) {
      await using destination = await open();
      await destination.delete(name, options);
    },
    // Nothing stays open between calls.
    [Symbol.asyncDispose]: async () => {},
  };
}

function freshAbilities(pattern: Destination, open: () => Promise<Destination>): Partial<Abilities> {
  const present = ALL_ABILITIES.filter((ability) => ability in pattern);
  const fresh = (ability: Ability): AnyAbility => {
    return async (...given) => {
      await using destination = await open();
      const method: AnyAbility = Reflect.get(destination, ability);
      return await method.apply(destination, [...given]);
    };
  };
  return Object.fromEntries(present.map((ability) => [ability, fresh(ability)]));
}
