import { errorCode, silentLog } from '../../base/index.ts';
import { isOfVolume, parseVolumeName } from '../../format/index.ts';
import type { BackupTarget } from '../opened-backup/opened-backup.ts';
import { connect } from './connect.ts';

/** What lies at a destination, seen from the names alone: nothing of this backup, or volumes, encrypted or not. */
export async function inspectDestination(
  target: BackupTarget,
  signal: AbortSignal,
): Promise<'new' | 'encrypted' | 'plain'> {
  await using destination = await connect(target, silentLog);
  let found: 'new' | 'plain' = 'new';
  try {
    for await (const { name } of destination.list({ signal })) {
      const volume = parseVolumeName(name);
      if (volume === undefined || !isOfVolume(volume) || volume.prefix !== target.prefix) continue;
      if (volume.encryption !== undefined) return 'encrypted';
      found = 'plain';
    }
  } catch (error) {
    if (errorCode(error) !== 'destination-folder-missing') throw error;
  }
  return found;
}
