import type { Log } from '../../base/index.ts';
import { counted } from '../../base/index.ts';
import type { LocalDatabase } from '../../database/index.ts';
import { type BrokenVersion, findBroken } from './find-broken.ts';
import { findLosses } from './losses.ts';

/** So many versions, and so many paths of each, are named. */
const NAMED_VERSIONS = 3;
const NAMED_PATHS = 3;

/**
 * Says in one warning which versions lack what, that the rest is whole, and how to go on. Nothing where no
 * complete version lacks anything.
 */
export function tellLosses(database: LocalDatabase, log: Log): void {
  const lost = describeLosses(database);
  if (lost === undefined) return;
  log.write(
    'warning',
    'blocks-lost',
    `The destination has lost data that the source does not have any more. Of this cannot be restored: ${lost}. Everything else restores. The command list-broken-files names all of it; purge-broken-files takes it out of the versions.`,
  );
}

/** Which versions lack what, the first of them by name; `undefined` where no complete version lacks anything. */
export function describeLosses(database: LocalDatabase): string | undefined {
  const broken = [...findBroken(database, findLosses(database))].toReversed();
  if (broken.length === 0) return undefined;
  const named = broken.slice(0, NAMED_VERSIONS).map(describe).join('; ');
  const others = broken.length - NAMED_VERSIONS;
  return others > 0 ? `${named}; and in ${counted(others, 'older version')}` : named;
}

function describe({ fileset, broken }: BrokenVersion): string {
  const paths = broken
    .slice(0, NAMED_PATHS)
    .map(({ path, lost }) => `'${path}'${lost === 'metadata' ? ' (its metadata)' : ''}`);
  const others = broken.length > NAMED_PATHS ? ` and ${broken.length - NAMED_PATHS} more` : '';
  return `in the version of ${new Date(fileset.timestamp * 1000).toISOString()} ${paths.join(', ')}${others}`;
}
