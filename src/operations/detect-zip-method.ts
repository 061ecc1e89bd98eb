import { FormatError } from '../base/index.ts';
import type { ZipMethod } from '../compression/index.ts';
import type { VolumeRow } from '../database/index.ts';
import { openVolume } from '../pipeline/index.ts';
import type { OpenedBackup } from './opened-backup/opened-backup.ts';
import { isOutOfReach, OUT_OF_REACH_AFTER } from './opened-backup/out-of-reach.ts';

const ZSTANDARD = 93;
const KEY = 'zip-compression-method';

/**
 * How the zip volumes at the destination are compressed, so that new ones are readable by whoever reads the
 * old ones; `undefined` for a new destination.
 */
export async function detectZipMethod(opened: OpenedBackup): Promise<ZipMethod | undefined> {
  const { configuration, volumes } = opened.database;
  const known = configuration.get(KEY);
  if (known === 'ZStandard' || known === 'Deflate' || known === 'None') return known;
  const stored = [...volumes.stored('dindex'), ...volumes.stored('dlist'), ...volumes.stored('dblock')];
  const smallestFirst = stored
    .filter(({ name }) => name.includes('.zip'))
    .sort((a, b) => a.sizeBytes - b.sizeBytes);
  const method = await firstReadable(opened, smallestFirst);
  if (method === undefined) return undefined;
  rememberZipMethod(opened, method);
  return method;
}

/** Keeps the method of the first volumes for later runs. */
export function rememberZipMethod({ database }: OpenedBackup, method: ZipMethod): void {
  if (database.configuration.get(KEY) !== undefined) return;
  database.transaction(() => database.configuration.set(KEY, method));
}

/** What the first of the volumes that can be read says. */
async function firstReadable(
  opened: OpenedBackup,
  volumes: readonly VolumeRow[],
): Promise<ZipMethod | undefined> {
  let outOfReach = 0;
  for (const { name } of volumes) {
    try {
      return (await usesZstandard(opened, name)) ? 'ZStandard' : 'Deflate';
    } catch (error) {
      opened.remote.signal.throwIfAborted();
      const isFault =
        error instanceof FormatError || (isOutOfReach(error) && ++outOfReach < OUT_OF_REACH_AFTER);
      if (!isFault) throw error;
    }
  }
  return undefined;
}

async function usesZstandard(opened: OpenedBackup, name: string): Promise<boolean> {
  const { remote, temporary, keys } = opened;
  using copy = await remote.fetch(name, () => temporary.newPath('volume'));
  using volume = await openVolume({ name, path: copy.path, format: 'ignore' }, keys, (label) =>
    temporary.newPath(label),
  );
  return volume.archive.entries.some((entry) => volume.archive.stored(entry)?.method === ZSTANDARD);
}
