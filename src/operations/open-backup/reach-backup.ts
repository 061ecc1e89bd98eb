import { resolve } from 'node:path';
import process from 'node:process';
import { acquireLock, locateDatabase } from '../../database/index.ts';
import { parseDestinationUrl } from '../../destinations/index.ts';
import type { Remote } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import type { BackupTarget } from '../opened-backup/opened-backup.ts';
import { connect, createRemote } from './connect.ts';
import type { Opening } from './opening.ts';

/**
 * Connects to the destination of a backup and takes the lock of its local database, which may be a new one,
 * at `path`. Both are let go with the stack.
 */
export async function reachBackup(
  { target, folder, operation }: Opening,
  stack: AsyncDisposableStack,
  context: OperationContext,
): Promise<{ readonly remote: Remote; readonly path: string }> {
  const destination = stack.use(await connect(target, context.log));
  const remote = createRemote(destination, { target, folder }, context);
  const path = databasePath(target, 'create');
  if (path === undefined) throw new Error('a database that is to be created has a path');
  stack.use(acquireLock(path, { processId: process.pid, operation }));
  return { remote, path };
}

/**
 * The file of the backup's database: the one named by the user, else the one recorded for the destination,
 * else (`create`) a new one.
 */
export function databasePath(target: BackupTarget, mode: 'find' | 'create'): string | undefined {
  if (target.databasePath !== undefined) return target.databasePath;
  const url = parseDestinationUrl(target.url);
  const identity = {
    scheme: url.scheme,
    host: url.host ?? '',
    port: url.port,
    path: url.scheme === 'file' ? resolve(url.path) : url.path,
    username: url.user ?? '',
    prefix: target.prefix,
  };
  return locateDatabase(target.dataFolder, identity, mode, target.backupName);
}
