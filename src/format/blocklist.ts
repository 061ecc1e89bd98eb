import { asBuffer, FormatError } from '../base/index.ts';

/** How a stream is cut: the block length and the length of a block hash, both in bytes. */
export interface BlockGeometry {
  readonly blocksizeBytes: number;
  readonly hashSizeBytes: number;
}

/** How many block hashes one blocklist holds at most (HPB in storage format). */
export function hashesPerBlocklist(geometry: BlockGeometry): number {
  return Math.floor(geometry.blocksizeBytes / geometry.hashSizeBytes);
}

/** How many blocks and blocklists a stream of `sizeBytes` has: none when empty, no blocklist up to one block (storage format 2.7, table by size). */
export function countBlocks(
  sizeBytes: number,
  geometry: BlockGeometry,
): { readonly blocks: number; readonly blocklists: number } {
  const blocks = Math.ceil(sizeBytes / geometry.blocksizeBytes);
  return { blocks, blocklists: blocks > 1 ? Math.ceil(blocks / hashesPerBlocklist(geometry)) : 0 };
}

/** The longest metadata blob that can be stored: one blocklist full of blocks. A longer one is replaced by the empty blob (storage format 3.1). */
export function largestMetadataBytes(geometry: BlockGeometry): number {
  return hashesPerBlocklist(geometry) * geometry.blocksizeBytes;
}

/** The blocklists of a stream, from all its block hashes one after another: views of that memory, in order (storage format 2.5). */
export function* cutBlocklists(hashes: Uint8Array, geometry: BlockGeometry): Generator<Buffer> {
  const lengthBytes = hashesPerBlocklist(geometry) * geometry.hashSizeBytes;
  for (let at = 0; at < hashes.length; at += lengthBytes) {
    yield asBuffer(hashes).subarray(at, at + lengthBytes);
  }
}

/** The block hashes in a blocklist: views of its memory, in order. Throws a `FormatError` `block-corrupt` unless the length fits. */
export function splitBlocklist(blocklist: Uint8Array, hashSizeBytes: number): Buffer[] {
  if (blocklist.length === 0 || blocklist.length % hashSizeBytes !== 0) {
    throw new FormatError(
      'block-corrupt',
      `A blocklist has ${blocklist.length} bytes, which is no multiple of its ${hashSizeBytes}-byte hashes.`,
      { details: { sizeBytes: blocklist.length, hashSizeBytes } },
    );
  }
  const bytes = asBuffer(blocklist);
  return Array.from({ length: bytes.length / hashSizeBytes }, (_, index) =>
    bytes.subarray(index * hashSizeBytes, (index + 1) * hashSizeBytes),
  );
}
