import { asBytes, asInteger, asOptionalBytes, asText, type Driver, type SqlColumns } from './driver.ts';
import { asKind, type EntryKind } from './entry-kind.ts';
import { type ContentReference, type FilesetSeq, unpackBlockIds } from './references.ts';

/** An entry of a version with the blocks that it is made of. */
export interface EntryBlocksRow {
  readonly path: string;
  readonly kind: EntryKind;
  readonly sizeBytes: number;
  readonly content: ContentReference;
  readonly metadata: ContentReference;
  /** Blocks of the content in order; `undefined` unless `content` is a row of contents. */
  readonly contentBlocks: Uint32Array | undefined;
  /** File hash of the content where it is a row of contents: a single block is named by it anyway. */
  readonly contentHash: Buffer | undefined;
  /** Blocks of the metadata in order; `undefined` unless `metadata` is a row of contents. */
  readonly metadataBlocks: Uint32Array | undefined;
}

/** What `toRow` takes. */
const BY_PATH = `SELECT e.path, e.kind, e.size_bytes, e.content, e.metadata,
    cc.blocks AS content_blocks, cc.hash AS content_hash, mc.blocks AS metadata_blocks
  FROM entry AS e
  LEFT JOIN content AS cc ON e.content > 0 AND cc.id = e.content
  LEFT JOIN content AS mc ON e.metadata > 0 AND mc.id = e.metadata
  WHERE e.first <= ? AND e.last >= ? ORDER BY e.path`;

/** Which blocks the entries of a version consist of. */
export class EntryBlocks {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** All entries of a version, in the order of paths. */
  *ofVersion(seq: FilesetSeq): Generator<EntryBlocksRow> {
    for (const row of this.#driver.prepareColumns(BY_PATH).iterate(seq, seq)) yield toRow(row);
  }
}

function toRow([
  path,
  kind,
  sizeBytes,
  contentColumn,
  metadataColumn,
  contentBlocks,
  contentHash,
  metadataBlocks,
]: SqlColumns): EntryBlocksRow {
  const content = asInteger(contentColumn, 'content') as ContentReference;
  const metadata = asInteger(metadataColumn, 'metadata') as ContentReference;
  return {
    path: asText(path, 'path'),
    kind: asKind(kind),
    sizeBytes: asInteger(sizeBytes, 'size_bytes'),
    content,
    metadata,
    contentBlocks: content > 0 ? unpackBlockIds(asBytes(contentBlocks, 'content_blocks')) : undefined,
    contentHash: asOptionalBytes(contentHash, 'content_hash'),
    metadataBlocks: metadata > 0 ? unpackBlockIds(asBytes(metadataBlocks, 'metadata_blocks')) : undefined,
  };
}
