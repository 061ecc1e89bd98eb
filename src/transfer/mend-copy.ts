import { rmSync } from 'node:fs';
import { BackupError, errorCode, type Log } from '../base/index.ts';
import { parityFileName } from '../format/index.ts';
import type { LocalCopy, Remote } from './remote.ts';

/** A fetched volume whose bytes are not what was stored. */
export interface DamagedCopy {
  readonly name: string;
  readonly path: string;
}

/**
 * The whole content of a damaged volume, by the parity data beside it at the destination, as a local file;
 * `undefined` where there are none, they find no damage, or they do not suffice. What keeps them from being
 * used is told, and fails nothing: the volume is no worse than before. Throws the reason of an abort.
 */
export async function mendCopy(
  remote: Remote,
  damaged: DamagedCopy,
  newPath: (label: string) => string,
  log: Log,
): Promise<LocalCopy | undefined> {
  const { parity, signal } = remote;
  if (parity === undefined || !remote.mayHaveCompanion(damaged.name)) return undefined;
  try {
    using companion = await remote.fetch(parityFileName(damaged.name), () => newPath('parity'));
    const files = { damagedPath: damaged.path, parityPath: companion.path, targetPath: newPath('mended') };
    if (!(await parity.program.mend(files, { signal }))) return undefined;
    log.write(
      'warning',
      'volume-mended',
      `'${damaged.name}' is damaged at the destination; its content was made whole with its parity data.`,
    );
    return { path: files.targetPath, [Symbol.dispose]: () => rmSync(files.targetPath, { force: true }) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof BackupError)) throw error;
    if (errorCode(error) !== 'destination-file-missing')
      log.write(
        'warning',
        error.code,
        `The parity data of '${damaged.name}' cannot be used: ${error.message}`,
      );
    return undefined;
  }
}
