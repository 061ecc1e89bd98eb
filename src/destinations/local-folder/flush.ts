import { type FileHandle, open } from 'node:fs/promises';
import process from 'node:process';
import { errorCode, toSystemPath } from '../../base/index.ts';

/** What file systems answer that have no such thing as a flush (some FUSE and network mounts). */
const UNSUPPORTED = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Waits until the bytes and the attributes of a file are safe against power loss. */
export async function flushFile(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } catch (error) {
    if (!UNSUPPORTED.has(errorCode(error) ?? '')) throw error;
  }
}

/** Waits until the names in a folder are safe against power loss. Windows cannot do this and needs no help. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(toSystemPath(folder), 'r');
  try {
    await flushFile(handle);
  } finally {
    await handle.close();
  }
}
