import type { BackupError, Log } from '../../base/index.ts';
import type { LocalDatabase, VolumeRow } from '../../database/index.ts';
import type { BackupTarget } from '../opened-backup/opened-backup.ts';
import { markUnlisted } from '../space/unlisted-volumes.ts';
import { missingVolumes, nothingListed } from './failures.ts';

/** What an operation does where data are lost. */
export interface LossPolicy {
  /**
   * `begin`: a destination without a backup is taken for a new one. `continue`: there must be a backup.
   * `read`: likewise, nothing is changed at the destination, and what it has lost is only told.
   */
  readonly purpose: 'begin' | 'continue' | 'read';
  /**
   * For `continue`: whether the operation goes on where data are lost, and says itself what that means.
   * Default: it ends with `remote-files-missing`.
   */
  readonly losses?: 'accept';
}

/**
 * Lost data ends an operation that would build on it. One that only reads goes on with what there is, and a
 * backup stores again what the source still has.
 */
export function tellLoss({ purpose, losses }: LossPolicy, loss: BackupError, log: Log): void {
  if (purpose === 'continue' && losses === undefined) throw loss;
  log.write(losses === 'accept' ? 'information' : 'warning', loss.code, loss.message);
}

/**
 * The same where the database knows dblocks that a listing does not show as they were stored. Nothing goes on
 * where nothing is listed, but for reading.
 */
export function tellLostDblocks(
  opening: LossPolicy & { readonly target: BackupTarget },
  lost: readonly VolumeRow[],
  { listedVolumes, log }: { readonly listedVolumes: number; readonly log: Log },
): void {
  const names = lost.map(({ name }) => name);
  if (listedVolumes > 0) {
    tellLoss(opening, missingVolumes(names, undefined), log);
    return;
  }
  const nothing = nothingListed(opening.target, names);
  if (opening.purpose !== 'read') throw nothing;
  tellLoss(opening, nothing, log);
}

/**
 * No list tells what the volumes are for. A first backup that ended early leaves that, and so does whoever
 * loses the lists: which of both it was cannot be seen, so everything is kept.
 */
export function tellUnlisted(database: LocalDatabase, log: Log): void {
  database.transaction(() => markUnlisted(database));
  log.write(
    'warning',
    'no-versions',
    'No file list that can be read lies at the destination. A first backup that ended early leaves that: nothing is lost then, since it never completed a version. This run uses again what can be read of the volumes there. They are kept, for file lists that were removed and may be brought back; if there are none, the command compact deletes what is not needed.',
  );
}
