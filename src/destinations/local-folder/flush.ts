import { type FileHandle, open } from 'node:fs/promises';
import process from 'node:process';
import { errorCode, toSystemPath } from '../../base/index.ts';
import { nativeCalls } from '../../base/native/index.ts';

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

/** Shorter files may be wanted again soon, and would give little. */
const LARGE_BYTES = 16 * 1024 * 1024;
const TO_THE_END = 0;

/**
 * The same for a file that is complete. A large one is not kept in the system's memory: the next one takes
 * the place of it, and what other programs need is not pushed out.
 */
export async function flushStoredFile(handle: FileHandle): Promise<void> {
  await flushFile(handle);
  const { size } = await handle.stat();
  if (size >= LARGE_BYTES) nativeCalls()?.letGo(handle.fd, 0, TO_THE_END);
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
