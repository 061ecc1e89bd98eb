import type { Log } from '../../base/index.ts';
import { type Destination, openDestination } from '../../destinations/index.ts';
import type { BackupTarget } from './opened-backup.ts';

/** Opens the destination of a backup without touching the storage. The caller disposes of it. */
export function connect(target: BackupTarget, log: Log): Promise<Destination> {
  const open = target.connect ?? openDestination;
  return open(target.url, { settings: Object.fromEntries(target.destinationOptions), log });
}
