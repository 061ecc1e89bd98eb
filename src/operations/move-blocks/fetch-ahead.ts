import { type BackupError, FormatError, type Log } from '../../base/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { isUnreadable, type OpenVolume, openVolume } from '../../pipeline/index.ts';
import { type LocalCopy, mendCopy } from '../../transfer/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { volumeToRead } from '../opened-backup/volume-to-read.ts';

export type FetchedVolume =
  | { readonly row: VolumeRow; readonly volume: OpenVolume }
  /** Its bytes are not what was stored, or the disk does not give them. */
  | { readonly row: VolumeRow; readonly volume: undefined; readonly fault: BackupError };

/**
 * Fetches and opens volumes one after the other, the next one coming while one is worked on; a damaged one is
 * mended where there are parity data that can. Each is closed when the next is asked for.
 */
export async function* fetchAhead(
  opened: OpenedBackup,
  rows: readonly VolumeRow[],
  log: Log,
): AsyncGenerator<FetchedVolume> {
  let coming: Promise<LocalCopy> | undefined;
  try {
    for (const [index, row] of rows.entries()) {
      using copy = await (coming ?? fetchVolume(opened, row));
      const next = rows[index + 1];
      coming = next === undefined ? undefined : fetchVolume(opened, next);
      // Its failure is met when its turn comes.
      coming?.catch(() => {});
      yield* openFetched(opened, row, copy, log);
    }
  } finally {
    await coming?.then(
      (copy) => copy[Symbol.dispose](),
      () => {},
    );
  }
}

function fetchVolume({ remote, temporary }: OpenedBackup, { name }: VolumeRow): Promise<LocalCopy> {
  return remote.fetch(name, () => temporary.newPath('dblock'));
}

async function* openFetched(
  opened: OpenedBackup,
  row: VolumeRow,
  copy: LocalCopy,
  log: Log,
): AsyncGenerator<FetchedVolume> {
  const { remote, temporary } = opened;
  const stored = await tryToOpen(opened, row, copy);
  const damaged = { name: row.name, path: copy.path };
  using mended =
    stored.volume === undefined
      ? await mendCopy(remote, damaged, (label) => temporary.newPath(label), log)
      : undefined;
  const fetched = mended === undefined ? stored : await tryToOpen(opened, row, mended);
  using _ = fetched.volume;
  yield fetched;
}

async function tryToOpen(opened: OpenedBackup, row: VolumeRow, { path }: LocalCopy): Promise<FetchedVolume> {
  const { keys, temporary } = opened;
  try {
    const volume = await openVolume(volumeToRead(opened, row, path), keys, (label) =>
      temporary.newPath(label),
    );
    return { row, volume };
  } catch (error) {
    if (!(error instanceof FormatError || isUnreadable(error))) throw error;
    return { row, volume: undefined, fault: error };
  }
}
