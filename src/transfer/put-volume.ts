import { rmSync, statSync } from 'node:fs';
import { asBuffer } from '../base/index.ts';
import type { VolumeKind } from '../database/index.ts';
import { parityFileName } from '../format/index.ts';
import type { Remote } from './remote.ts';

const SHA256_BYTES = 32;

/** A volume in a local file, to be stored under `name`. */
export interface FileToUpload {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly hash: Uint8Array;
}

/**
 * One attempt to store a volume. Parity data go first, where they are wanted: then no volume stands without
 * them, and what a run leaves that ends in between bears the name of a volume that this database has booked,
 * by which the next run finds and deletes it. An index needs none: it is formed again from its dblock.
 */
export async function putVolume(remote: Remote, kind: VolumeKind, file: FileToUpload): Promise<void> {
  if (remote.parity?.writes === true && kind !== 'dindex') await putCompanion(remote, file);
  await remote.putOnce(file.name, {
    path: file.path,
    sizeBytes: file.sizeBytes,
    ...sha256Of(file.hash),
  });
}

async function putCompanion(remote: Remote, { name, path }: FileToUpload): Promise<void> {
  const parityPath = `${path}.par2`;
  try {
    await remote.parity?.program.protect(path, parityPath, { signal: remote.signal });
    await remote.putOnce(parityFileName(name), { path: parityPath, sizeBytes: statSync(parityPath).size });
  } finally {
    rmSync(parityPath, { force: true });
  }
}

/** The hash of a volume where it is SHA-256, which no other algorithm is as long as. */
function sha256Of(hash: Uint8Array): { readonly sha256?: Buffer } {
  return hash.byteLength === SHA256_BYTES ? { sha256: asBuffer(hash) } : {};
}
