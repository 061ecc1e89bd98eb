import type { Stats } from 'node:fs';
import { chmod, chown, link, lstat, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, toSystemPath } from '../../base/index.ts';
import { nativeCalls } from '../../base/native/index.ts';
import type { SignalOptions, UploadSource } from '../destination.ts';
import { temporaryName } from '../support/temporary-name.ts';
import { flushStoredFile } from './flush.ts';
import { removeTemporary } from './temporary-files.ts';

export type Adoption = 'link' | 'move';

interface AdoptionOrder extends SignalOptions {
  readonly folder: string;
  readonly source: UploadSource;
}

/**
 * Gives the source's file a second name in the folder instead of writing its bytes again. False when that
 * cannot be done, for whatever reason: the bytes are then copied, and if something is really wrong the copy
 * says what.
 */
export async function linkFile(order: AdoptionOrder, path: string | Buffer): Promise<boolean> {
  const ready = await prepareFile(order);
  if (ready === undefined) return false;
  return link(ready, path).then(
    () => true,
    () => false,
  );
}

/**
 * The same, but takes the file away from where it is, for file systems without hard links. `path` is the
 * final name, so that a failure loses nothing.
 */
export async function moveFile(order: AdoptionOrder, path: string | Buffer): Promise<boolean> {
  const ready = await prepareFile(order);
  if (ready === undefined) return false;
  order.signal?.throwIfAborted();
  return rename(ready, path).then(
    () => true,
    () => false,
  );
}

/**
 * Makes the source's file fit for the folder: of the right length, readable for those who may read a new file
 * there, and flushed.
 */
async function prepareFile({ folder, source, signal }: AdoptionOrder): Promise<string | Buffer | undefined> {
  if (source.path === undefined) return undefined;
  const path = toSystemPath(source.path);
  try {
    const stats = await lstat(path);
    const fresh = await statNewFile(folder);
    if (!stats.isFile() || stats.dev !== fresh.dev || stats.size !== source.sizeBytes) return undefined;
    if (handsOnAccessRights(folder)) return undefined;
    if (stats.gid !== fresh.gid) await chown(path, stats.uid, fresh.gid);
    if (stats.mode !== fresh.mode) await chmod(path, fresh.mode & 0o7777);
    signal?.throwIfAborted();
    await flushPath(path);
    return path;
  } catch {
    // An abort is thrown again by the caller's own check, and any other failure is met again by the copy,
    // which reports it.
    signal?.throwIfAborted();
    return undefined;
  }
}

/**
 * The attributes that the folder gives to a new file: they depend on its group, its default permissions and
 * the process.
 */
async function statNewFile(folder: string): Promise<Stats> {
  const path = toSystemPath(join(folder, temporaryName()));
  const handle = await open(path, 'wx');
  try {
    return await handle.stat();
  } finally {
    await handle.close();
    await removeTemporary(path);
  }
}

/** Only a file that is created in such a folder gets the rights that it hands on. */
function handsOnAccessRights(folder: string): boolean {
  try {
    // The dot makes the call follow a link to the folder.
    return nativeCalls()?.getXattr(toSystemPath(`${folder}/.`), 'system.posix_acl_default') !== undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOTSUP') return false;
    throw error;
  }
}

async function flushPath(path: string | Buffer): Promise<void> {
  // Windows flushes only what is open for writing.
  const handle = await open(path, 'r+');
  try {
    await flushStoredFile(handle);
  } finally {
    await handle.close();
  }
}
