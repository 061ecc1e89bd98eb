import { type FileHandle, open } from 'node:fs/promises';
import { releaseMemory } from '../base/index.ts';
import type { SignalOptions } from '../destinations/index.ts';

/** What one call of the system reads or writes: each costs a change of threads, whatever its length. */
const READ_BYTES = 512 * 1024;
const WRITE_BYTES = 2 * 1024 * 1024;
/** What a destination is given at a time, so little that it moves on a slow line before somebody takes it for dead. */
const PIECE_BYTES = 64 * 1024;

/** The bytes of a local file. The memory of a piece is used again after the next one was asked for. */
export async function* readLocalFile(path: string | Buffer): AsyncGenerator<Buffer> {
  await using file = await open(path);
  let [filling, full] = [Buffer.allocUnsafeSlow(READ_BYTES), Buffer.allocUnsafeSlow(READ_BYTES)];
  let reading = file.read(filling);
  for (;;) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return;
    [filling, full] = [full, filling];
    reading = file.read(filling);
    // Whoever waits for it hears of its failure; a reader that leaves early does not.
    reading.catch(() => {});
    for (let at = 0; at < bytesRead; at += PIECE_BYTES)
      yield full.subarray(at, Math.min(at + PIECE_BYTES, bytesRead));
  }
}

/**
 * Writes `pieces` to a file that only this user can read, and gives their memory back, which nobody else may
 * look at. What a failure leaves there is for the caller to remove.
 */
export async function writeLocalFile(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  { signal }: SignalOptions = {},
): Promise<void> {
  await using file = await open(path, 'w', 0o600);
  let batch: Uint8Array[] = [];
  let batchBytes = 0;
  let writing = Promise.resolve();
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    batch.push(piece);
    batchBytes += piece.byteLength;
    if (batchBytes < WRITE_BYTES) continue;
    await writing;
    writing = writeAll(file, batch);
    // Whoever waits for it hears of its failure; a source that fails meanwhile comes first.
    writing.catch(() => {});
    batch = [];
    batchBytes = 0;
  }
  await writing;
  await writeAll(file, batch);
}

/**
 * Left to the collector, their memory would call it a dozen times for each volume. The system may take less
 * than it was given, as it does when a disk becomes full.
 */
async function writeAll(file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  if (pieces.length === 0) return;
  const totalBytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const { bytesWritten } = await file.writev(pieces);
  if (bytesWritten < totalBytes) await file.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
  for (const piece of pieces) releaseMemory(piece);
}
