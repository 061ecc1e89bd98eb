import { BackupError } from '../base/index.ts';
import { type Abilities, type Destination, hasAbility } from '../destinations/index.ts';
import type { Remote } from './remote.ts';

type Locking = Destination & Pick<Abilities, 'lock' | 'lockedUntil'>;

/** True where the storage can be asked to refuse deletions. */
export function canLock({ destination }: Remote): boolean {
  return hasAbility(destination, 'lock') && hasAbility(destination, 'lockedUntil');
}

/** Has the storage refuse to delete a file before `untilMs` (since 1970, UTC). Throws `locks-unsupported`. */
export async function lockFile(remote: Remote, name: string, untilMs: number): Promise<void> {
  const destination = lockingOf(remote);
  await remote.repeat(`lock of ${name}`, () => {
    remote.statistics.remoteCalls++;
    return destination.lock(name, untilMs, { signal: remote.signal });
  });
}

/**
 * Until when the storage refuses to delete a file (since 1970, UTC); 0 where it does not. Throws
 * `locks-unsupported`.
 */
export async function readLock(remote: Remote, name: string): Promise<number> {
  const destination = lockingOf(remote);
  return remote.repeat(`look at the lock of ${name}`, async () => {
    remote.statistics.remoteCalls++;
    return (await destination.lockedUntil(name, { signal: remote.signal })) ?? 0;
  });
}

/** Throws `locks-unsupported` unless the storage knows locks. */
export function checkLocks(remote: Remote): void {
  lockingOf(remote);
}

function lockingOf({ destination }: Remote): Locking {
  if (hasAbility(destination, 'lock') && hasAbility(destination, 'lockedUntil')) return destination;
  throw new BackupError('locks-unsupported', 'This kind of destination cannot lock files.', {
    hint: 'Locks work with S3, Azure, Backblaze B2 and Google Cloud Storage, in a bucket that was made for them. Elsewhere, leave out --remote-file-lock-duration.',
  });
}
