import { rmSync, writeFileSync } from 'node:fs';
import { writeVerificationFile } from '../../format/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';

/**
 * Stores a list of all volumes with their lengths and hashes, unencrypted, as `<prefix>-verification.json`,
 * so that a destination can be checked where it lies without the program (storage format 6.5).
 */
export async function uploadVerificationFile(opened: OpenedBackup): Promise<void> {
  const { database, remote, temporary, target } = opened;
  const name = `${target.prefix}-verification.json`;
  const bytes = writeVerificationFile(
    database.volumes.all().map(({ id, name: volume, hash, sizeBytes, kind, state, lockedUntilMs = 0 }) => ({
      id,
      name: volume,
      sizeBytes,
      kind,
      state,
      ...(hash === undefined ? {} : { hash: hash.toString('base64') }),
      ...(lockedUntilMs > 0 ? { lockedUntilMs } : {}),
    })),
  );
  const path = temporary.newPath('verification');
  writeFileSync(path, bytes, { mode: 0o600 });
  try {
    await remote.put(name, { path, sizeBytes: bytes.length });
  } finally {
    rmSync(path, { force: true });
  }
}
