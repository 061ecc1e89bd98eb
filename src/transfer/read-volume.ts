import { FormatError, type Log } from '../base/index.ts';
import { PasswordError } from '../crypto/index.ts';
import { mendCopy } from './mend-copy.ts';
import type { Remote } from './remote.ts';

export interface VolumeFetch {
  readonly remote: Remote;
  readonly name: string;
  readonly newPath: (label: string) => string;
  readonly log: Log;
}

/**
 * Fetches a volume for `read`, which gets the path of a local file. Where that finds it damaged, and there
 * are parity data that make it whole, `read` gets it again, mended; else its error is thrown.
 */
export async function readVolume<T>(fetch: VolumeFetch, read: (path: string) => Promise<T>): Promise<T> {
  const { remote, name, newPath, log } = fetch;
  using copy = await remote.fetch(name, () => newPath('volume'));
  try {
    return await read(copy.path);
  } catch (error) {
    if (!mayBeDamage(error)) throw error;
    using mended = await mendCopy(remote, { name, path: copy.path }, newPath, log);
    if (mended === undefined) throw error;
    return await read(mended.path);
  }
}

/** True for what wrong bytes can lead to. Where the first of them are wrong, it looks as if the passphrase were. */
export function mayBeDamage(error: unknown): boolean {
  if (error instanceof PasswordError) return error.code === 'wrong-passphrase';
  return error instanceof FormatError && error.code !== 'volume-unsupported';
}
