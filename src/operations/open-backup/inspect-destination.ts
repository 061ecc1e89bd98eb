import { existsSync } from 'node:fs';
import { errorCode, silentLog } from '../../base/index.ts';
import { LocalDatabase } from '../../database/index.ts';
import { isOfVolume, parseVolumeName } from '../../format/index.ts';
import type { BackupTarget } from '../opened-backup/opened-backup.ts';
import { connect } from './connect.ts';
import { missingBackup } from './failures.ts';
import type { Opening } from './opening.ts';
import { databasePath } from './reach-backup.ts';
import { knownEncryption } from './stored-passphrase.ts';

interface SeenNames {
  /** `undefined`: nothing of this backup. */
  readonly volumes: 'encrypted' | 'plain' | undefined;
  readonly otherPrefixes: ReadonlySet<string>;
}

/**
 * Whether a backup is encrypted, seen from the names at its destination alone, or from the local database
 * where there are none; `new` where neither knows of it. Throws what opening it would: `no-backup-found`
 * unless the purpose is to begin one, `destination-folder-missing` where the folder must exist.
 */
export async function inspectDestination(
  target: BackupTarget,
  opening: Pick<Opening, 'purpose' | 'folder'>,
  signal: AbortSignal,
): Promise<'new' | 'encrypted' | 'plain'> {
  const seen = await lookAtNames(target, opening, signal);
  const found = seen.volumes ?? recall(target);
  if (found !== undefined) return found;
  if (opening.purpose === 'begin') return 'new';
  throw missingBackup(target, [...seen.otherPrefixes]);
}

async function lookAtNames(
  target: BackupTarget,
  { folder }: Pick<Opening, 'folder'>,
  signal: AbortSignal,
): Promise<SeenNames> {
  await using destination = await connect(target, silentLog);
  const otherPrefixes = new Set<string>();
  let volumes: SeenNames['volumes'];
  try {
    for await (const { name } of destination.list({ signal })) {
      const volume = parseVolumeName(name);
      if (volume === undefined || !isOfVolume(volume)) continue;
      if (volume.prefix !== target.prefix) otherPrefixes.add(volume.prefix);
      else if (volume.encryption !== undefined) return { volumes: 'encrypted', otherPrefixes };
      else volumes = 'plain';
    }
  } catch (error) {
    if (errorCode(error) !== 'destination-folder-missing' || folder !== 'create') throw error;
  }
  return { volumes, otherPrefixes };
}

/** What the local database says, for a destination that has lost everything or is not mounted. */
function recall(target: BackupTarget): 'encrypted' | 'plain' | undefined {
  const path = databasePath(target, 'find');
  if (path === undefined || !existsSync(path)) return undefined;
  try {
    using database = LocalDatabase.open(path);
    return knownEncryption(database.configuration);
  } catch (error) {
    if (errorCode(error) !== 'database-unreadable') throw error;
    return undefined;
  }
}
