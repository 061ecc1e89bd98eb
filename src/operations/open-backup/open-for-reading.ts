import { existsSync } from 'node:fs';
import { errorCode } from '../../base/index.ts';
import { LocalDatabase } from '../../database/index.ts';
import { TemporaryFolder } from '../../pipeline/index.ts';
import type { Remote } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import { readStoredFormat } from '../opened-backup/stored-settings.ts';
import { isDlist } from '../recreate/check-destination.ts';
import { chooseDlists, timeOf } from '../recreate/choose-dlists.ts';
import type { Selection } from '../recreate/recreate-input.ts';
import { recreateDatabase } from '../recreate/run.ts';
import { listVolumes, type VolumeListing } from '../verify-listing/list-volumes.ts';
import { connect, createRemote } from './connect.ts';
import { missingBackup, missingVolumes } from './failures.ts';
import { type Opened, openBackup } from './open-backup.ts';
import { chooseFormat, type Opening } from './opening.ts';
import { hasPathsOnly, knowsVersions } from './paths-only.ts';
import { databasePath } from './reach-backup.ts';

export interface OpenedForReading extends Opened {
  /**
   * Whether the numbers of versions in the database are those of the whole backup, or those of the part that
   * was read.
   */
  readonly isWhole: boolean;
}

interface Parts {
  readonly remote: Remote;
  readonly database: LocalDatabase;
  readonly temporary: TemporaryFolder;
  readonly listing: VolumeListing | undefined;
}

/** When the versions at a destination were made, newest first: milliseconds since 1970. */
export type VersionTimes = readonly number[];

export interface Reading extends Opening {
  /** `ignore`: as if there were no local database. */
  readonly localDatabase: 'use' | 'ignore';
  /**
   * What is needed of the backup where there is no local database: only that is fetched. It may depend on the
   * versions there are. `names-only`: nothing but the listing.
   */
  readonly selection: Selection | ((versions: VersionTimes) => Selection) | 'names-only';
}

/**
 * Opens a backup for an operation that only reads. Needs nothing local: without a database of this backup,
 * the part that is asked for is read from the destination into a temporary one. `isWhole` tells whether the
 * version numbers are those of the whole backup, or those of the part.
 */
export async function openForReading(reading: Reading, context: OperationContext): Promise<OpenedForReading> {
  const path = reading.localDatabase === 'ignore' ? undefined : databasePath(reading.target, 'find');
  if (path === undefined || !existsSync(path))
    return { ...(await openPart(reading, context)), isWhole: false };
  if (hasPathsAlone(path)) return { ...(await openPaths(path, reading, context)), isWhole: false };
  try {
    return { ...(await openBackup({ ...reading, purpose: 'read' }, context)), isWhole: true };
  } catch (error) {
    if (errorCode(error) !== 'database-in-use') throw error;
    return { ...(await openBeside(path, reading, context)), isWhole: true };
  }
}

function hasPathsAlone(path: string): boolean {
  try {
    using database = LocalDatabase.open(path);
    return hasPathsOnly(database);
  } catch {
    // Whoever opens it to use it says what is wrong with it.
    return false;
  }
}

/**
 * A database of paths is used as far as it goes; where more is wanted, that is read from the destination as
 * if there were none.
 */
async function openPaths(path: string, reading: Reading, context: OperationContext): Promise<Opened> {
  await using stack = new AsyncDisposableStack();
  const remote = await openRemote(reading, context, stack);
  const listing = await listVolumes(remote, reading.target.prefix);
  const database = stack.use(LocalDatabase.open(path));
  if (!isEnough(database, reading, listing)) return openPart(reading, context);
  const temporary = stack.use(new TemporaryFolder(reading.target.temporaryParent));
  return finish(reading, { remote, database, temporary, listing }, stack.move());
}

function isEnough(database: LocalDatabase, { selection }: Reading, listing: VolumeListing): boolean {
  if (selection === 'names-only') return true;
  const chosen = typeof selection === 'function' ? selection(versionTimes(listing)) : selection;
  const isAboutPaths = chosen.content === 'paths-only';
  return isAboutPaths && knowsVersions(database, chooseDlists(listing.volumes.filter(isDlist), chosen));
}

/** Another run holds the backup: what its database says is read as it is. */
async function openBeside(path: string, reading: Reading, context: OperationContext): Promise<Opened> {
  await using stack = new AsyncDisposableStack();
  const remote = await openRemote(reading, context, stack);
  const temporary = stack.use(new TemporaryFolder(reading.target.temporaryParent));
  const database = stack.use(LocalDatabase.open(path));
  return finish(reading, { remote, database, temporary, listing: undefined }, stack.move());
}

async function openPart(reading: Reading, context: OperationContext): Promise<Opened> {
  const { target } = reading;
  await using stack = new AsyncDisposableStack();
  const remote = await openRemote(reading, context, stack);
  const temporary = stack.use(new TemporaryFolder(target.temporaryParent));
  const listing = await listVolumes(remote, target.prefix);
  if (listing.volumes.length === 0) throw missingBackup(target, listing.otherPrefixes);
  const database = stack.use(LocalDatabase.open(temporary.newPath('database.sqlite')));
  const opened = { remote, database, temporary, listing };
  if (reading.selection !== 'names-only') {
    const { selection } = reading;
    const chosen = typeof selection === 'function' ? selection(versionTimes(listing)) : selection;
    await fillPart(reading, chosen, opened, context);
  }
  return finish(reading, opened, stack.move());
}

async function fillPart(
  { target, given, defaults }: Reading,
  selection: Selection,
  parts: Parts & { readonly listing: VolumeListing },
  context: OperationContext,
): Promise<void> {
  const { remote, database, temporary, listing } = parts;
  const result = await recreateDatabase(
    {
      remote,
      files: listing.volumes,
      database,
      temporary,
      keys: target.keys,
      fallback: chooseFormat({ given, defaults }),
      manifests: target.checks?.manifests,
      selection,
      describedDblocks: 'skip',
    },
    context,
  );
  if (result.brokenVersions.length > 0) {
    context.log.write(
      'warning',
      'remote-files-missing',
      missingVolumes(result.missingVolumes, result.brokenVersions.length).message,
    );
  }
}

/** The times of the versions that a listing shows. */
export function versionTimes({ volumes }: VolumeListing): VersionTimes {
  return volumes
    .filter(isDlist)
    .map(timeOf)
    .sort((one, other) => other - one);
}

async function openRemote(
  reading: Reading,
  context: OperationContext,
  stack: AsyncDisposableStack,
): Promise<Remote> {
  const { target } = reading;
  const destination = stack.use(await connect(target, context.log));
  return createRemote(destination, { target, folder: 'must-exist' }, context);
}

function finish(reading: Reading, parts: Parts, owned: AsyncDisposableStack): Opened {
  return {
    ...parts,
    target: reading.target,
    keys: reading.target.keys,
    format: readStoredFormat(parts.database) ?? reading.defaults,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
