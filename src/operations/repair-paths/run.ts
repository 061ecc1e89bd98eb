import { existsSync } from 'node:fs';
import { BackupError } from '../../base/index.ts';
import { DatabaseError, LocalDatabase, removeDatabase, replaceDatabase } from '../../database/index.ts';
import { TemporaryFolder } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import { missingBackup } from '../open-backup/failures.ts';
import { versionTimes } from '../open-backup/open-for-reading.ts';
import { chooseFormat, type Opening } from '../open-backup/opening.ts';
import { hasPathsOnly, markPathsOnly } from '../open-backup/paths-only.ts';
import { reachBackup } from '../open-backup/reach-backup.ts';
import { recreateDatabase } from '../recreate/run.ts';
import { listVolumes } from '../verify-listing/list-volumes.ts';
import { choosePathVersions } from './plan.ts';

export interface PathsInput {
  readonly opening: Opening;
  /** Which versions; neither: all. As in `Selection`. */
  readonly versions?: readonly number[];
  readonly timeMs?: number;
  /** What becomes of versions that the local database knows already: an error, or nothing. */
  readonly known: 'refuse' | 'leave';
}

export interface PathsResult {
  /** Versions whose paths were read now. */
  readonly addedVersions: number;
}

/**
 * Makes a local database that knows the paths of versions and nothing else, or adds versions to one: enough
 * to list, search and compare, read from the file lists alone. An operation that needs more reads that from
 * the destination, and one that writes makes the whole database. A database that knows everything stays as it
 * is. Throws `versions-known`, `no-backup-found`, and as `recreateDatabase`.
 */
export async function repairPaths(input: PathsInput, context: OperationContext): Promise<PathsResult> {
  const { opening, known } = input;
  const { target } = opening;
  await using stack = new AsyncDisposableStack();
  const { remote, path } = await reachBackup(opening, stack, context);
  const listing = await listVolumes(remote, target.prefix);
  const times = versionTimes(listing);
  if (times.length === 0) throw missingBackup(target, listing.otherPrefixes);
  const plan = choosePathVersions(times, input, knownTimes(path));
  if (plan.knownAlready > 0 && known === 'refuse') throw versionsKnown(plan.knownAlready);
  if (plan.added === 0) return { addedVersions: 0 };
  const temporary = stack.use(new TemporaryFolder(target.temporaryParent));
  const freshPath = `${path}.rebuild`;
  removeDatabase(freshPath);
  try {
    using fresh = LocalDatabase.open(freshPath);
    await recreateDatabase(
      {
        remote,
        files: listing.volumes,
        database: fresh,
        temporary,
        keys: target.keys,
        fallback: chooseFormat(opening),
        manifests: target.checks?.manifests,
        selection: { versions: plan.numbers, extent: 'all', content: 'paths-only' },
      },
      context,
    );
    markPathsOnly(fresh);
  } catch (error) {
    removeDatabase(freshPath);
    throw error;
  }
  replaceDatabase(freshPath, path);
  return { addedVersions: plan.added };
}

/** The times of the versions that the database knows, milliseconds since 1970; `all` where it knows more than paths. */
function knownTimes(path: string): ReadonlySet<number> | 'all' {
  if (!existsSync(path)) return new Set();
  try {
    using database = LocalDatabase.open(path);
    const times = database.filesets.versions().map(({ timestamp }) => timestamp * 1000);
    return hasPathsOnly(database) || times.length === 0 ? new Set(times) : 'all';
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'database-unreadable') return new Set();
    throw error;
  }
}

function versionsKnown(count: number): BackupError {
  return new BackupError(
    'versions-known',
    count === 1
      ? 'The local database knows the paths of 1 of these versions already.'
      : `The local database knows the paths of ${count} of these versions already.`,
    {
      details: { count },
      hint: 'Nothing was changed. --ignore-update-if-version-exists leaves such versions as they are.',
    },
  );
}
