import { detectZipMethod, type OpenedBackup, readVolumeSettings } from '../operations/index.ts';
import type { BlockVolumeSettings } from '../pipeline/index.ts';
import type { CommandContext } from './command.ts';
import { readProgramVersion } from './program-version.ts';

/** How a command writes volumes into a backup that is there: as the options say, and as what lies there needs it. */
export async function readBackupVolumes(
  { settings, clock }: CommandContext,
  opened: OpenedBackup,
): Promise<Omit<BlockVolumeSettings, 'format' | 'folder'>> {
  const habits = { zipMethod: await detectZipMethod(opened) };
  const program = { version: readProgramVersion(), nowMs: clock.now(), keys: opened.keys };
  const volumes = readVolumeSettings(settings, habits, program);
  return { ...volumes, volume: { ...volumes.volume, fileHash: opened.format.fileHash } };
}
