import type { CompleteArguments } from './parameters-file.ts';

/**
 * The command line as a script wants it: `remoteurl` is the destination, `localpath` the sources, everything
 * else an option.
 */
export function changeArguments(
  complete: CompleteArguments,
  changes: ReadonlyMap<string, string | null>,
  separator: ':' | ';',
): CompleteArguments {
  const fileOptions = new Map(complete.fileOptions);
  let [destination, ...others] = complete.positionals;
  for (const [name, value] of changes) {
    if (name === 'remoteurl') destination = value ?? destination;
    else if (name === 'localpath') others = value?.split(separator) ?? others;
    else fileOptions.set(name, value);
  }
  const positionals = destination === undefined ? complete.positionals : [destination, ...others];
  return { ...complete, fileOptions, positionals };
}
