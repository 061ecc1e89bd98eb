import { counted } from '../../base/index.ts';
import type { LocalDatabase } from '../../database/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { listVolumes } from '../verify-listing/list-volumes.ts';
import { planListing } from '../verify-listing/plan.ts';

/**
 * Why this database cannot tell what is needed, in a sentence; `undefined` where it can. A file list that
 * could not be read when the database was rebuilt may need anything.
 */
export function findUnreadList({ filesets, volumes }: LocalDatabase): string | undefined {
  const known = new Set([...filesets.versions(), ...filesets.incomplete()].map(({ volumeId }) => volumeId));
  const unread = volumes.stored('dlist').find(({ id }) => !known.has(id));
  return (
    unread &&
    `The file list '${unread.name}' cannot be read, and its version may need anything. Delete it at the destination if you can do without that version.`
  );
}

/**
 * Looks at the destination as it is now: volumes that this database does not know are of somebody else, or
 * later than this database, and may need anything.
 */
export async function findStrangers({ database, remote, target }: OpenedBackup): Promise<string | undefined> {
  const listing = await listVolumes(remote, target.prefix);
  const { unknown } = planListing(database.volumes.all(), listing.volumes);
  const [first] = unknown;
  return (
    first &&
    `The destination holds ${counted(unknown.length, 'volume')} that this database does not know, first: '${first.name}'. The next run finds out what they are.`
  );
}
