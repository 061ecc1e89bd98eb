declare const brand: unique symbol;

/** The id of a block row. */
export type BlockId = number & { readonly [brand]: 'BlockId' };
export type VolumeId = number & { readonly [brand]: 'VolumeId' };
/** The place of a version in the order of versions. */
export type FilesetSeq = number & { readonly [brand]: 'FilesetSeq' };

/**
 * What an entry holds: 0 nothing, a positive number a row of `content`, a negative number the single block
 * with that id.
 */
export type ContentReference = number & { readonly [brand]: 'ContentReference' };

/** The content of entries that hold nothing. */
export const EMPTY_CONTENT = 0 as ContentReference;

/** What stands in an entry for content that is one block. */
export function referenceToBlock(id: number): ContentReference {
  return -id as ContentReference;
}

/** What stands in an entry for a row of `content`. */
export function referenceToContent(id: number): ContentReference {
  return id as ContentReference;
}

/** Packs block ids as they stand in the database: 32-bit little-endian. */
export function packBlockIds(ids: readonly number[] | Uint32Array): Buffer {
  const packed = Buffer.allocUnsafe(ids.length * 4);
  for (let index = 0; index < ids.length; index++) packed.writeUInt32LE(ids[index] ?? 0, index * 4);
  return packed;
}

/** Block ids from the bytes that `packBlockIds` made. */
export function unpackBlockIds(packed: Uint8Array): Uint32Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const ids = new Uint32Array(packed.byteLength / 4);
  for (let index = 0; index < ids.length; index++) ids[index] = view.getUint32(index * 4, true);
  return ids;
}
