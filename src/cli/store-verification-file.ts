import { type Opened, uploadVerificationFile } from '../operations/index.ts';
import type { CommandContext } from './command.ts';

/**
 * With `--upload-verification-file`: stores the list of volumes after a run that changed something at the
 * destination.
 */
export async function storeVerificationFile({ settings }: CommandContext, opened: Opened): Promise<void> {
  const { filesUploaded, filesDeleted } = opened.remote.statistics;
  if (!settings.get('upload-verification-file') || settings.get('dry-run')) return;
  if (filesUploaded + filesDeleted > 0) await uploadVerificationFile(opened);
}
