import type { FilesetRow, LocalDatabase, VolumeRow } from '../../database/index.ts';
import type { ChangeProgress } from '../open-backup/passphrase-change.ts';

/**
 * What a change of the passphrase still has to do, in the order in which it is done. Each dindex goes with
 * its dblock.
 */
export interface ChangePlan {
  readonly dblocks: readonly VolumeRow[];
  /** The oldest first. */
  readonly lists: readonly {
    readonly fileset: FilesetRow;
    readonly name: string;
    readonly sizeBytes: number;
  }[];
  /** The length of all of them. */
  readonly bytes: number;
}

/** Which volumes are still to be encrypted anew, in their order; `progress` is where an earlier run ended. */
export function planChange(
  { volumes, filesets }: LocalDatabase,
  { dblock, fileset }: ChangeProgress = { dblock: 0, fileset: 0 },
): ChangePlan {
  const dblocks = volumes.stored('dblock').filter(({ id }) => id > dblock);
  const lists = filesets
    .versions()
    .filter(({ seq }) => seq > fileset)
    .toReversed()
    .map((version) => {
      const volume = version.volumeId === undefined ? undefined : volumes.get(version.volumeId);
      return { fileset: version, name: volume?.name ?? '', sizeBytes: Math.max(0, volume?.sizeBytes ?? 0) };
    });
  const bytes = [...dblocks, ...lists].reduce((sum, { sizeBytes }) => sum + Math.max(0, sizeBytes), 0);
  return { dblocks, lists, bytes };
}
