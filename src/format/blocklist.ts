import { asBuffer } from '../base/index.ts';

/** How a stream is cut: the block length and the length of a block hash, both in bytes. */
export interface BlockGeometry {
  readonly blocksizeBytes: number;
  readonly hashSizeBytes: number;
}

/** How many block hashes one blocklist holds at most (HPB in storage format). */
export function hashesPerBlocklist(geometry: BlockGeometry): number {
  return Math.floor(geometry.blocksizeBytes / geometry.hashSizeBytes);
}

/**
 * How many blocks and blocklists a stream of `sizeBytes` has: none when empty, no blocklist up to one block
 * (storage format 2.7, table by size).
 */
export function countBlocks(
  sizeBytes: number,
  geometry: BlockGeometry,
): { readonly blocks: number; readonly blocklists: number } {
  const blocks = Math.ceil(sizeBytes / geometry.blocksizeBytes);
  return { blocks, blocklists: blocks > 1 ? Math.ceil(blocks / hashesPerBlocklist(geometry)) : 0 };
}

/**
 * The blocklists of a stream, from all its block hashes one after another: views of that memory, in order
 * (storage format 2.5).
 */
export function* cutBlocklists(hashes: Uint8Array, geometry: BlockGeometry): Generator<Buffer> {
  const lengthBytes = hashesPerBlocklist(geometry) * geometry.hashSizeBytes;
  for (let at = 0; at < hashes.length; at += lengthBytes) {
    yield asBuffer(hashes).subarray(at, at + lengthBytes);
  }
}
