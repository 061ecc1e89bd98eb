import { closeSync, openSync } from 'node:fs';
import { type ByteTransform, counted, FormatError, releaseMemory } from '../base/index.ts';
import { createHasher } from '../crypto/index.ts';
import { readFully } from './scratch-file.ts';
import { readingVolume } from './unreadable.ts';
import type { VolumeToRead } from './volume-to-read.ts';

const PIECE_BYTES = 64 * 1024;

/** Checks the remote bytes of a volume against what is known of them, where nothing else reads them all. */
export function checkBytes(volume: VolumeToRead): void {
  if (volume.expected === undefined) return;
  const file = openSync(volume.path, 'r');
  try {
    passThrough(file, volume, undefined, () => {});
  } finally {
    closeSync(file);
  }
}

/**
 * Reads the remote bytes of a volume once, checks them against what is known of them, and gives what
 * `transform` makes of them to `sink`. What comes out was not checked before this returns.
 */
export function passThrough(
  file: number,
  volume: VolumeToRead,
  transform: ByteTransform | undefined,
  sink: (plain: Uint8Array) => void,
): void {
  const hasher = volume.expected === undefined ? undefined : createHasher(volume.expected.fileHash);
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  let sizeBytes = 0;
  let failure: unknown;
  for (;;) {
    const taken = readingVolume(volume.name, () => readFully(file, buffer, PIECE_BYTES, sizeBytes));
    if (taken === 0) break;
    const piece = buffer.subarray(0, taken);
    hasher?.update(piece);
    sizeBytes += taken;
    if (failure !== undefined) continue;
    try {
      if (transform !== undefined) pass(transform.update(piece), sink);
    } catch (error) {
      failure = error;
    }
  }
  // A wrong length or hash says more than what the decryption makes of wrong bytes.
  checkExpected(volume, sizeBytes, hasher?.digest());
  if (failure !== undefined) throw failure;
  if (transform !== undefined) sink(transform.final());
}

function pass(plain: Uint8Array, sink: (plain: Uint8Array) => void): void {
  sink(plain);
  releaseMemory(plain);
}

function checkExpected(volume: VolumeToRead, sizeBytes: number, hash: Buffer | undefined): void {
  const { expected, name } = volume;
  if (expected === undefined || hash === undefined) return;
  if (expected.sizeBytes >= 0 && expected.sizeBytes !== sizeBytes) {
    throw new FormatError(
      sizeBytes < expected.sizeBytes ? 'volume-truncated' : 'volume-corrupt',
      `The volume '${name}' has ${counted(sizeBytes, 'byte')} instead of ${expected.sizeBytes}.`,
      {
        details: { volume: name, sizeBytes, expectedBytes: expected.sizeBytes },
        retryable: true,
      },
    );
  }
  if (!hash.equals(expected.hash)) {
    throw new FormatError(
      'volume-corrupt',
      `The volume '${name}' is not what was stored: its hash differs.`,
      { details: { volume: name }, retryable: true },
    );
  }
}
