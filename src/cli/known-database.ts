import { existsSync } from 'node:fs';
import { BackupError } from '../base/index.ts';
import { databasePath, readTarget } from '../operations/index.ts';
import type { CommandContext } from './command.ts';
import { findPlaces } from './session.ts';

/** The local database of the destination that the command names, or of `--dbpath`. Throws `database-missing`. */
export function findKnownDatabase(context: CommandContext): string {
  const [url] = context.arguments;
  const { settings } = context;
  if (url === undefined && settings.get('dbpath') === undefined) throw nothingNamed();
  const path =
    url === undefined
      ? settings.get('dbpath')
      : databasePath(readTarget(url, settings, findPlaces(context)), 'find');
  if (path !== undefined && existsSync(path)) return path;
  throw new BackupError('database-missing', 'This machine has no local database for the destination.', {
    details: { path: path ?? '' },
    hint: 'Check the destination and --dbpath. The first backup makes the database, and `repair` rebuilds it.',
  });
}

function nothingNamed(): BackupError {
  return new BackupError('database-missing', 'Neither a destination nor --dbpath names a local database.', {
    hint: 'Give the destination of a backup that was made on this machine.',
  });
}
