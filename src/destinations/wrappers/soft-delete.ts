import { randomBytes } from 'node:crypto';
import { errorCode } from '../../base/index.ts';
import { type Abilities, hasAbility } from '../abilities.ts';
import type { Destination, SignalOptions } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { ALL_ABILITIES, passAbilities } from './pass-abilities.ts';

export interface SoftDeletion {
  /** Stands before the name of a deleted file; may begin with a folder. */
  readonly prefix: string;
  /** `'never'`: deleted files are copied, even where the storage can rename. */
  readonly rename: 'where-possible' | 'never';
}

/** How many further names are tried where one is taken. */
const FURTHER_NAMES = 3;

/** A destination whose `delete` keeps the file under another name. */
export function softenDeletion(
  destination: Destination,
  softly: SoftDeletion,
): Destination & Partial<Abilities> {
  const keep = async (name: string, newName: string, options: SignalOptions): Promise<void> => {
    if (softly.rename === 'where-possible' && hasAbility(destination, 'rename'))
      await destination.rename(name, newName, options);
    else await copyAndDelete(destination, { name, newName }, options);
  };
  return {
    ...passAbilities(destination, ALL_ABILITIES),
    list: (options) => destination.list(options),
    get: (name, options) => destination.get(name, options),
    put: (name, source, options) => destination.put(name, source, options),
    async delete(name, options = {}) {
      for (let attempt = 0; ; attempt++) {
        const ending = attempt === 0 ? '' : `.${randomBytes(3).toString('hex')}`;
        try {
          return await keep(name, `${softly.prefix}${name}${ending}`, options);
        } catch (error) {
          if (errorCode(error) !== 'destination-file-exists' || attempt === FURTHER_NAMES) throw error;
        }
      }
    },
    [Symbol.asyncDispose]: () => destination[Symbol.asyncDispose](),
  };
}

async function copyAndDelete(
  destination: Destination,
  { name, newName }: { readonly name: string; readonly newName: string },
  options: SignalOptions,
): Promise<void> {
  let sizeBytes: number | undefined;
  for await (const file of destination.list(options)) {
    if (file.name === newName) throw nameTaken(newName);
    if (file.name === name) sizeBytes = file.sizeBytes;
  }
  // A storage that does not say how long files are, or does not list this one, is asked for the file itself.
  const length =
    sizeBytes === undefined || sizeBytes < 0 ? await measure(destination, name, options) : sizeBytes;
  await destination.put(newName, { sizeBytes: length, open: () => destination.get(name, options) }, options);
  await destination.delete(name, options);
}

async function measure(destination: Destination, name: string, options: SignalOptions): Promise<number> {
  let length = 0;
  for await (const piece of destination.get(name, options)) length += piece.length;
  return length;
}

function nameTaken(name: string): DestinationError {
  return new DestinationError(
    'destination-file-exists',
    `There is a file '${name}' at the destination already.`,
    {
      details: { name },
    },
  );
}
