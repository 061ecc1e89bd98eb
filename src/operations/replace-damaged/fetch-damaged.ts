import { BackupError, type Log } from '../../base/index.ts';
import type { LocalDatabase, VolumeRow } from '../../database/index.ts';
import { hashFile, type TemporaryFolder } from '../../pipeline/index.ts';
import type { FileToUpload, LocalCopy, Remote } from '../../transfer/index.ts';
import { readStoredFormat } from '../opened-backup/stored-settings.ts';

/**
 * Fetches a volume that is known to be damaged; `undefined` where it cannot be had. A disk may give nothing
 * at all of a damaged file; that is told, and keeps no run from its work. Throws the reason of an abort.
 */
export async function fetchDamaged(
  { remote, temporary }: { readonly remote: Remote; readonly temporary: TemporaryFolder },
  { name }: VolumeRow,
  log: Log,
): Promise<LocalCopy | undefined> {
  try {
    return await remote.fetch(name, () => temporary.newPath('damaged'));
  } catch (error) {
    remote.signal.throwIfAborted();
    if (!(error instanceof BackupError)) throw error;
    log.write('warning', error.code, `'${name}' is damaged, and cannot be read: ${error.message}`);
    return undefined;
  }
}

/** The local file, if it is what was stored. Throws `volume-unreadable`. */
export function wholeFile(
  database: LocalDatabase,
  { name, hash }: VolumeRow,
  { path }: LocalCopy,
): FileToUpload | undefined {
  const format = readStoredFormat(database);
  if (format === undefined || hash === undefined) return undefined;
  const file = hashFile(path, format.fileHash);
  return file.hash.equals(hash) ? { name, path, ...file } : undefined;
}
