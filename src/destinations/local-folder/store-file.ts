import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { counted, toSystemPath } from '../../base/index.ts';
import type { SignalOptions, UploadSource } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { temporaryName } from '../support/temporary-name.ts';
import { type Adoption, linkFile, moveFile } from './adopt-file.ts';
import { type Attempt, attempting } from './file-errors.ts';
import { flushFolder, flushStoredFile } from './flush.ts';
import { removeTemporary } from './temporary-files.ts';

export interface StoreOrder extends SignalOptions {
  readonly folder: string;
  readonly name: string;
  readonly source: UploadSource;
  /** What may be done with a local file that holds the bytes. */
  readonly adoption: Adoption;
  readonly lengthCheck: 'stat' | 'none';
}

/**
 * Stores a file so that its name never stands for anything but all of its bytes: they go to a temporary name,
 * are flushed, measured, and take their name in one step, which is flushed too. Where the source is a file on
 * the same file system its bytes are not written a second time.
 */
export async function storeFile(order: StoreOrder): Promise<void> {
  const { folder, name, signal } = order;
  const attempt = { folder, action: `store '${name}'` };
  const target = toSystemPath(join(folder, name));
  const temporary = toSystemPath(join(folder, temporaryName()));
  if (order.adoption === 'move' && (await moveFile(order, target))) {
    await attempting(attempt, () => flushFolder(folder));
    return;
  }
  try {
    if (!(await linkFile(order, temporary))) await copyBytes(order, temporary, attempt);
    if (order.lengthCheck === 'stat') await checkLength(order, temporary, attempt);
    signal?.throwIfAborted();
    await attempting(attempt, () => rename(temporary, target));
  } finally {
    // Also after success: renaming a file to another link of itself does nothing and leaves both names.
    await removeTemporary(temporary);
  }
  await attempting(attempt, () => flushFolder(folder));
}

async function copyBytes(order: StoreOrder, path: string | Buffer, attempt: Attempt): Promise<void> {
  const { source, signal } = order;
  const handle = await attempting(attempt, () => open(path, 'wx'));
  let writtenBytes = 0;
  try {
    for await (const piece of source.open()) {
      signal?.throwIfAborted();
      await attempting(attempt, () => handle.writeFile(piece));
      writtenBytes += piece.byteLength;
    }
    if (writtenBytes !== source.sizeBytes) throw wrongLength(order, writtenBytes);
    await attempting(attempt, () => flushStoredFile(handle));
    // Network file systems may report a full disk only now.
    await attempting(attempt, () => handle.close());
  } finally {
    await handle.close().catch(() => {});
  }
}

async function checkLength(order: StoreOrder, path: string | Buffer, attempt: Attempt): Promise<void> {
  const { size } = await attempting(attempt, () => stat(path));
  if (size !== order.source.sizeBytes) throw wrongLength(order, size);
}

function wrongLength({ folder, name, source }: StoreOrder, storedBytes: number): DestinationError {
  return new DestinationError(
    'destination-corrupt',
    `Cannot store '${name}' in the folder '${folder}': ${counted(storedBytes, 'byte')} arrived instead of ${source.sizeBytes}.`,
    { details: { name, storedBytes, expectedBytes: source.sizeBytes } },
  );
}
