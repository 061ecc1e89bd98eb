import { createHash } from 'node:crypto';
import type { Destination, UploadSource } from '../../src/destinations/index.ts';
import { collect } from './collect.ts';

/** A source of bytes in memory, given out in pieces. */
export function memorySource(bytes: Uint8Array, pieceBytes = 65536): UploadSource {
  return {
    sizeBytes: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest(),
    open: async function* () {
      for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
  };
}

/** All bytes of a stored file. */
export async function readAll(destination: Pick<Destination, 'get'>, name: string): Promise<Buffer> {
  return Buffer.concat(await collect(destination.get(name)));
}
