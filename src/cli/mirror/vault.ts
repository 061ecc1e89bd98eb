import { BackupError } from '../../base/index.ts';
import type { VaultPort } from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';

/** Vaults as the engine stores them. */
export function createVault(_command: CommandContext): VaultPort {
  return {
    store: () => Promise.reject(new BackupError('command-unavailable', 'Vaults are not there yet.')),
  };
}
