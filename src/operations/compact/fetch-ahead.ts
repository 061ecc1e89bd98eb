import { FormatError } from '../../base/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { type OpenVolume, openVolume } from '../../pipeline/index.ts';
import type { LocalCopy } from '../../transfer/index.ts';
import type { OpenedBackup } from '../open-backup/opened-backup.ts';

export type FetchedVolume =
  | { readonly row: VolumeRow; readonly volume: OpenVolume }
  /** Its bytes are not what was stored. */
  | { readonly row: VolumeRow; readonly volume: undefined; readonly fault: FormatError };

/** Fetches and opens volumes one after the other, the next one coming while one is worked on. Each is closed when the next is asked for. */
export async function* fetchAhead(
  opened: OpenedBackup,
  rows: readonly VolumeRow[],
): AsyncGenerator<FetchedVolume> {
  let coming: Promise<LocalCopy> | undefined;
  try {
    for (const [index, row] of rows.entries()) {
      using copy = await (coming ?? fetchVolume(opened, row));
      const next = rows[index + 1];
      coming = next === undefined ? undefined : fetchVolume(opened, next);
      // Its failure is met when its turn comes.
      coming?.catch(() => {});
      yield* openFetched(opened, row, copy);
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
): AsyncGenerator<FetchedVolume> {
  const { format, keys, temporary } = opened;
  const { name, hash, sizeBytes } = row;
  const expected = hash === undefined ? {} : { expected: { sizeBytes, hash, fileHash: format.fileHash } };
  let volume: OpenVolume;
  try {
    volume = await openVolume({ name, path: copy.path, format, ...expected }, keys, (label) =>
      temporary.newPath(label),
    );
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    yield { row, volume: undefined, fault: error };
    return;
  }
  using _ = volume;
  yield { row, volume };
}
