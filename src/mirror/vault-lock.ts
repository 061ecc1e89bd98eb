import { createHash } from 'node:crypto';
import type { Source } from './configuration/configuration.ts';
import type { MirrorContext } from './context.ts';
import { tryLock } from './locks.ts';

const PATIENCE_MS = 500;

/**
 * Waits for the right to read the newest folders of all sources that share a vault: nobody else stores it
 * meanwhile, and no version of these sources is deleted. Nothing to wait for where a source has no vault.
 * Throws the signal's reason.
 */
export async function lockVault(source: Source, { tools, signal }: MirrorContext): Promise<Disposable> {
  const url = source.settings.get('vault');
  if (url === undefined || source.settings.get('mode') === 'mirror') return new DisposableStack();
  const name = `vault-${createHash('sha256').update(url).digest('hex').slice(0, 32)}`;
  for (;;) {
    signal.throwIfAborted();
    const lock = tryLock(tools.stateFolder, name, 'vault');
    if (lock !== undefined) return lock;
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  }
}
