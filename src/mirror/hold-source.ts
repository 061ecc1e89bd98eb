import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { Configuration, type Source } from './configuration/configuration.ts';
import type { MirrorContext } from './context.ts';
import { identifyDestination } from './destination/check-destination.ts';
import { trySourceLock } from './locks.ts';

/** A source that nobody else works on until this is disposed of. */
export interface HeldSource extends Disposable {
  readonly source: Source;
}

/**
 * Takes the right to work on a source, and reads it as it is now: it may have been changed since it was read.
 * A change of its name that was interrupted is finished. `undefined`: somebody else has it. Throws
 * `pull-source-unknown` where it has been removed.
 */
export function holdSource(
  { id, name }: Source,
  operation: string,
  context: MirrorContext,
): HeldSource | undefined {
  const lock = trySourceLock(context.tools.stateFolder, id, operation);
  if (lock === undefined) return undefined;
  try {
    const configuration = new Configuration(context.database, context.clock);
    const source = configuration.sources().find((known) => known.id === id) ?? configuration.source(name);
    return { source: finishRename(source, context), [Symbol.dispose]: () => lock[Symbol.dispose]() };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/**
 * Lets the folder of a source follow its name, where that has not happened yet. A destination that is not
 * there leaves everything as it is.
 */
export function finishRename(source: Source, { database }: MirrorContext): Source {
  const { name, formerName, destination } = source;
  if (formerName === undefined || !isThere(source)) return source;
  const folder = join(destination.path, name);
  if (source.folder !== folder) renameSync(source.folder, folder);
  database.sources.forgetFormerName(source.id);
  return { ...source, folder };
}

function isThere({ destination }: Source): boolean {
  try {
    identifyDestination(destination);
    return true;
  } catch {
    // Whoever needs the destination says so in its own words.
    return false;
  }
}
