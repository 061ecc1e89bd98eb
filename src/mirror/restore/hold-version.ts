import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MirrorRun } from '../../database/index.ts';
import type { Source } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { identifyDestination } from '../destination/check-destination.ts';
import { MirrorError } from '../error.ts';
import { tryReadVersion } from '../version-lock.ts';

/** A version that no cleanup deletes until this is disposed of. */
export interface HeldVersion extends Disposable {
  readonly run: MirrorRun;
  readonly folder: string;
}

/**
 * Finds a version by the name of its folder, or as `newest`. Throws `pull-version-unknown`, also for one that
 * is being deleted, and `pull-destination-…`.
 */
export function holdVersion(source: Source, name: string, { database, tools }: MirrorContext): HeldVersion {
  identifyDestination(source.destination);
  const versions = database.runs.versions(source.id);
  const run = name === 'newest' ? versions[0] : versions.find(({ folder }) => folder === name);
  if (run?.folder === undefined) throw unknownVersion(source, name);
  const folder = join(source.folder, run.folder);
  const lock = tryReadVersion(tools.stateFolder, run.id, 'restore-version');
  // It may have been deleted before the lock was taken.
  if (lock === undefined || !existsSync(folder)) {
    lock?.[Symbol.dispose]();
    throw unknownVersion(source, name);
  }
  return { run, folder, [Symbol.dispose]: () => lock[Symbol.dispose]() };
}

function unknownVersion(source: Source, name: string): MirrorError {
  return new MirrorError('pull-version-unknown', `There is no version '${name}' of '${source.name}'.`, {
    details: { source: source.name, version: name },
    hint: "'ashlar versions' lists them.",
  });
}
