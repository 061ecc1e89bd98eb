import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { counted, toSystemPath } from '../../base/index.ts';
import type { ByteRange } from '../abilities.ts';
import type { SignalOptions } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import type { PendingWork } from '../support/pending-work.ts';
import { attempting } from './file-errors.ts';

/** Large enough that the calls cost nothing beside the copying. */
const PIECE_BYTES = 512 * 1024;

export interface StoredFile {
  readonly folder: string;
  readonly name: string;
}

/** All bytes of a stored file; a file that turns out shorter than its size is an error, not an end. */
export async function* readStoredFile(
  file: StoredFile,
  work: PendingWork,
  options: SignalOptions,
): AsyncGenerator<Uint8Array> {
  const handle = await work.run(openStored(file), options);
  try {
    const { size } = await work.run(
      attempting(readingOf(file), () => handle.stat()),
      options,
    );
    for (let offset = 0; offset < size; ) {
      const length = Math.min(PIECE_BYTES, size - offset);
      const piece = await work.run(readAt(file, handle, { offset, length }), options);
      offset += piece.byteLength;
      yield piece;
    }
  } finally {
    // Not waited for: after an abort it ends only when the call does that hangs.
    work.add(handle.close());
  }
}

/** Exactly the bytes of the range. */
export async function readStoredRange(file: StoredFile, range: ByteRange): Promise<Uint8Array> {
  const handle = await openStored(file);
  try {
    return await readAt(file, handle, range);
  } finally {
    await handle.close();
  }
}

function openStored(file: StoredFile): Promise<FileHandle> {
  return attempting(readingOf(file), () => open(toSystemPath(join(file.folder, file.name)), 'r'));
}

function readingOf({ folder, name }: StoredFile): { folder: string; action: string; seeksFile: true } {
  return { folder, action: `read '${name}'`, seeksFile: true };
}

async function readAt(file: StoredFile, handle: FileHandle, range: ByteRange): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(range.length);
  let filled = 0;
  while (filled < range.length) {
    const { bytesRead } = await attempting(readingOf(file), () =>
      handle.read(bytes, filled, range.length - filled, range.offset + filled),
    );
    if (bytesRead === 0) throw endedEarly(file, range.offset + filled);
    filled += bytesRead;
  }
  return bytes;
}

function endedEarly({ folder, name }: StoredFile, offset: number): DestinationError {
  return new DestinationError(
    'destination-corrupt',
    `Cannot read '${name}' in the folder '${folder}': it ends after ${counted(offset, 'byte')}.`,
    { details: { name, offset } },
  );
}
