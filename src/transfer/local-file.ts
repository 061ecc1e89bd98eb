import { type FileHandle, open } from 'node:fs/promises';
import type { SignalOptions } from '../destinations/index.ts';

/** What one call of the system reads or writes: each costs a change of threads, whatever its length. */
const BATCH_BYTES = 512 * 1024;
/** What a destination is given at a time, so little that it moves on a slow line before somebody takes it for dead. */
const PIECE_BYTES = 64 * 1024;

/** The bytes of a local file. The memory of a piece is used again after the next one was asked for. */
export async function* readLocalFile(path: string | Buffer): AsyncGenerator<Buffer> {
  await using file = await open(path);
  let [filling, full] = [Buffer.allocUnsafeSlow(BATCH_BYTES), Buffer.allocUnsafeSlow(BATCH_BYTES)];
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

/** Writes `pieces`, which it may keep for a while, to a file that only this user can read. What a failure leaves there is for the caller to remove. */
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
    if (batchBytes < BATCH_BYTES) continue;
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

/** The system may take less than it was given, as it does when a disk becomes full. */
async function writeAll(file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  if (pieces.length === 0) return;
  const totalBytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const { bytesWritten } = await file.writev(pieces);
  if (bytesWritten < totalBytes) await file.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
}
