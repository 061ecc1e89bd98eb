import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { counted, errorMessage } from '../../base/index.ts';
import type { Source } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { MirrorError } from '../error.ts';
import type { VaultRoot } from '../vault.ts';
import { lockVault } from '../vault-lock.ts';
import type { PullJob, PullParts } from './pull-job.ts';

/**
 * Stores the newest versions of all sources that share the vault as one version of it, each at its
 * `vault-path`, so that the next one finds the other sources unchanged. Throws `pull-vault-failed`; the
 * folders stay, and the next pull stores them.
 */
export async function storeInVault(job: PullJob, { configuration, vault }: PullParts): Promise<void> {
  const { source, context, side } = job;
  const url = source.settings.get('vault') ?? '';
  using _ = await lockVault(source, context);
  const sharers = configuration
    .sources()
    .filter(({ settings }) => settings.get('mode') !== 'mirror' && settings.get('vault') === url);
  try {
    const { text, warnings } = await vault.store({
      url,
      parametersFile: source.settings.get('vault-parameters-file'),
      roots: sharers.flatMap((sharer) => rootOf(sharer, context)),
      signal: side.signal,
    });
    job.tell('information', 'pull-vault-stored', text);
    if (warnings > 0)
      job.warn('pull-vault-warnings', `The vault was stored with ${counted(warnings, 'warning')}.`);
  } catch (error) {
    side.signal.throwIfAborted();
    throw new MirrorError('pull-vault-failed', `The vault could not be stored: ${errorMessage(error)}`, {
      details: { source: source.name },
      hint: 'The folder of the version is complete. The next pull stores it again.',
      cause: error,
    });
  }
}

function rootOf(source: Source, { database }: MirrorContext): VaultRoot[] {
  const newest = database.runs.versions(source.id).find(({ folder }) => folder !== undefined)?.folder;
  if (newest === undefined || !existsSync(join(source.folder, newest))) return [];
  const place = source.settings.get('vault-path');
  return [{ folder: join(source.folder, newest), storedAs: place.endsWith('/') ? place : `${place}/` }];
}
