import { counted } from '../../base/index.ts';
import type { FilesetSeq } from '../../database/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import { missingVolumes } from '../open-backup/failures.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { filelistName, nextFreeTime } from '../upload-filelist/upload-filelist.ts';
import { listVolumes } from '../verify-listing/list-volumes.ts';
import { lostDblocks, planListing } from '../verify-listing/plan.ts';

/**
 * Looks, before the version is stored, whether another machine wrote to this backup meanwhile. Its file lists
 * are not overwritten: the version takes a name that is free. Where it removed volumes that the version
 * needs, the run ends with `remote-files-missing`. Without a stranger's volume nothing is concluded from a
 * listing, which may lag behind the uploads.
 */
export async function meetOthers(
  opened: OpenedBackup,
  { seq, volumes }: { readonly seq: FilesetSeq; readonly volumes: BlockVolumeSettings },
  { log }: OperationContext,
): Promise<void> {
  const { database, remote, target } = opened;
  const listing = await listVolumes(remote, target.prefix);
  const plan = planListing(database.volumes.all(), listing.volumes);
  const names = new Set(listing.volumes.map(({ name }) => name));
  const { timestamp, volumeId } = database.filesets.get(seq);
  const isTaken = names.has(filelistName(timestamp, volumes));
  if (plan.unknown.length === 0 && !isTaken) return;
  log.write(
    'warning',
    'written-by-others',
    `Another machine wrote to this backup while this run did: ${counted(plan.unknown.length, 'volume')} not known here.`,
  );
  const lost = lostDblocks(plan).map(({ name }) => name);
  if (lost.length > 0) throw missingVolumes(lost, undefined);
  if (!isTaken || volumeId === undefined) return;
  let free = timestamp;
  while (names.has(filelistName(free, volumes))) free = nextFreeTime(opened, free + 1);
  database.transaction(() => {
    database.filesets.setTime(seq, free);
    database.volumes.rename(volumeId, filelistName(free, volumes));
  });
}
