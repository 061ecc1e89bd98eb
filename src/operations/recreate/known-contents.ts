import { fromBase64, toBase64 } from '../../base/index.ts';
import { hashSizeBytes } from '../../crypto/index.ts';
import {
  type ContentReference,
  EMPTY_CONTENT,
  type LocalDatabase,
  type PostponedContent,
  type Rebuild,
  referenceToBlock,
  referenceToContent,
} from '../../database/index.ts';
import {
  type BlockGeometry,
  countBlocks,
  type FormatSettings,
  hashesPerBlocklist,
} from '../../format/index.ts';
import { BlockTable } from '../../pipeline/index.ts';
import type { KnownBlocks } from './known-blocks.ts';

/** Content as a file list describes it: of a file or a metadata blob. Hashes are standard base64. */
export interface ContentDescription {
  readonly hash: string;
  readonly sizeBytes: number;
  readonly blockHash?: string;
  readonly blocklists?: readonly string[];
}

const EXPECTED_CONTENTS = 1 << 12;
const NO_IDS = new Uint32Array();

/**
 * Every content that an entry refers to, each once, however many entries and versions share it. Content of
 * several blocks whose blocklists are not at hand yet is kept without its blocks and expanded later.
 */
export class KnownContents {
  readonly #database: LocalDatabase;
  readonly #rebuild: Rebuild;
  readonly #blocks: KnownBlocks;
  readonly #format: FormatSettings;
  readonly #geometry: BlockGeometry;
  /** Contents that are rows, by file hash and size. */
  readonly #table = BlockTable.create(EXPECTED_CONTENTS, 1);
  /** Blocklists that contents wait for: hash and length in bytes. */
  readonly #wanted = new Map<string, number>();
  /** Contents that the file list describes so that they cannot be put together. */
  readonly #undescribed = new Set<number>();
  /** Blocklists that came since contents were expanded last. */
  #arrived: Buffer[] = [];

  constructor(database: LocalDatabase, rebuild: Rebuild, blocks: KnownBlocks, format: FormatSettings) {
    this.#database = database;
    this.#rebuild = rebuild;
    this.#blocks = blocks;
    this.#format = format;
    this.#geometry = {
      blocksizeBytes: format.blocksizeBytes,
      hashSizeBytes: hashSizeBytes(format.blockHash),
    };
  }

  /** Blocklists that something waits for, by hash in base64, with their length in bytes. */
  get wantedBlocklists(): ReadonlyMap<string, number> {
    return this.#wanted;
  }

  /** Contents that no file list describes well enough. */
  get undescribed(): ReadonlySet<number> {
    return this.#undescribed;
  }

  /** The reference for a described content; makes the rows that it needs. */
  reference(content: ContentDescription): ContentReference {
    const { hash, sizeBytes, blockHash = this.#blockHashFrom(hash) } = content;
    if (sizeBytes === 0) return EMPTY_CONTENT;
    const isOneBlock = sizeBytes <= this.#geometry.blocksizeBytes;
    if (isOneBlock && blockHash === hash) {
      const id = this.#needBlock(hash, sizeBytes);
      if (id !== undefined) return referenceToBlock(id);
    }
    return referenceToContent(this.#contentId(content, blockHash));
  }

  /** Wants the blocklists of a content that is not booked yet, so that they are kept when their dblocks are read. */
  expectBlocklists({ sizeBytes, blocklists = [] }: ContentDescription): void {
    if (sizeBytes <= this.#geometry.blocksizeBytes) return;
    for (const [index, text] of blocklists.entries()) {
      const hash = fromBase64(text);
      if (hash !== undefined) this.#findList(hash, this.#listSizeBytes(sizeBytes, index));
    }
  }

  /** Wants no blocklist any more but those that booked contents ask for from here on. */
  forgetExpected(): void {
    this.#wanted.clear();
  }

  /** Keeps a blocklist whose bytes were checked against its hash. */
  keepBlocklist(hash: Buffer, list: Buffer): void {
    if (this.#wanted.delete(toBase64(hash))) this.#arrived.push(hash);
    this.#rebuild.keepBlocklist(hash, list);
  }

  /** Puts together the contents whose blocklists have come. */
  expand(): void {
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const hash of arrived) {
      for (const content of this.#rebuild.waitingFor(hash)) this.#expandContent(content);
    }
  }

  #expandContent({ contentId, blocklistHashes }: PostponedContent): void {
    const { sizeBytes } = this.#database.contents.get(contentId);
    const ids = this.#expandLists(sizeBytes, splitHashes(blocklistHashes, this.#geometry.hashSizeBytes));
    if (ids === undefined) return;
    this.#database.contents.setBlocks(contentId, ids);
    this.#rebuild.settle(contentId);
  }

  /** A single block has the hash of the content where both algorithms are the same. */
  #blockHashFrom(hash: string): string | undefined {
    return this.#format.blockHash === this.#format.fileHash ? hash : undefined;
  }

  #needBlock(hash: string, sizeBytes: number): number | undefined {
    const decoded = fromBase64(hash);
    return decoded?.length === this.#geometry.hashSizeBytes
      ? this.#blocks.need(decoded, sizeBytes)
      : undefined;
  }

  #contentId(content: ContentDescription, blockHash: string | undefined): number {
    const hash = fromBase64(content.hash) ?? Buffer.alloc(0);
    if (hash.length !== hashSizeBytes(this.#format.fileHash)) {
      return this.#addUndescribed(this.#table.takeId(), hash, content.sizeBytes);
    }
    if (this.#table.isNearlyFull) this.#table.grow();
    const claimed = this.#table.claim(hash, content.sizeBytes);
    if (claimed > 0) return claimed;
    return content.sizeBytes <= this.#geometry.blocksizeBytes
      ? this.#addSingle(-claimed, hash, content.sizeBytes, blockHash)
      : this.#addListed(-claimed, hash, content);
  }

  #addUndescribed(id: number, hash: Buffer, sizeBytes: number): number {
    this.#undescribed.add(id);
    this.#rebuild.addContent({ id, sizeBytes, hash, blocks: NO_IDS, blocklists: NO_IDS });
    return id;
  }

  #addSingle(id: number, hash: Buffer, sizeBytes: number, blockHash: string | undefined): number {
    const block = blockHash === undefined ? undefined : this.#needBlock(blockHash, sizeBytes);
    if (block === undefined) return this.#addUndescribed(id, hash, sizeBytes);
    this.#rebuild.addContent({ id, sizeBytes, hash, blocks: Uint32Array.of(block), blocklists: NO_IDS });
    return id;
  }

  #addListed(id: number, hash: Buffer, { sizeBytes, blocklists = [] }: ContentDescription): number {
    const count = countBlocks(sizeBytes, this.#geometry).blocklists;
    // Hashes beyond those that the size asks for mean nothing.
    const hashes = blocklists.slice(0, count).map((text) => fromBase64(text) ?? Buffer.alloc(0));
    const isDescribed =
      hashes.length === count && hashes.every((list) => list.length === this.#geometry.hashSizeBytes);
    if (!isDescribed) return this.#addUndescribed(id, hash, sizeBytes);
    const listIds = Uint32Array.from(hashes, (list, index) =>
      this.#blocks.need(list, this.#listSizeBytes(sizeBytes, index)),
    );
    const blocks = this.#expandLists(sizeBytes, hashes);
    this.#rebuild.addContent({ id, sizeBytes, hash, blocks: blocks ?? NO_IDS, blocklists: listIds });
    if (blocks === undefined) {
      this.#rebuild.postpone(id, hashes);
    }
    return id;
  }

  /** The ids of all blocks of a content, or `undefined` where a blocklist is missing, which is wanted from then on. */
  #expandLists(sizeBytes: number, listHashes: readonly Buffer[]): Uint32Array | undefined {
    const lists = listHashes.map((hash, index) =>
      this.#findList(hash, this.#listSizeBytes(sizeBytes, index)),
    );
    const { blocksizeBytes, hashSizeBytes: hashBytes } = this.#geometry;
    const ids = new Uint32Array(countBlocks(sizeBytes, this.#geometry).blocks);
    if (!lists.every((list) => list !== undefined)) return undefined;
    let at = 0;
    for (const list of lists) {
      for (let offset = 0; offset < list.length; offset += hashBytes, at++) {
        const blockBytes = Math.min(blocksizeBytes, sizeBytes - at * blocksizeBytes);
        ids[at] = this.#blocks.need(list.subarray(offset, offset + hashBytes), blockBytes);
      }
    }
    return ids;
  }

  #findList(hash: Buffer, listBytes: number): Buffer | undefined {
    const list = this.#rebuild.findBlocklist(hash);
    // A list of another length belongs to another content: this file list names the wrong one.
    if (list?.length === listBytes) return list;
    if (list === undefined) this.#want(toBase64(hash), listBytes);
    return undefined;
  }

  #want(hash: string, listBytes: number): void {
    this.#wanted.set(hash, listBytes);
  }

  /** How long blocklist `index` of a content is: all but the last are full. */
  #listSizeBytes(sizeBytes: number, index: number): number {
    const { blocks } = countBlocks(sizeBytes, this.#geometry);
    const perList = hashesPerBlocklist(this.#geometry);
    return Math.max(0, Math.min(perList, blocks - index * perList)) * this.#geometry.hashSizeBytes;
  }
}

function splitHashes(hashes: Buffer, hashBytes: number): Buffer[] {
  return Array.from({ length: hashes.length / hashBytes }, (_, index) =>
    hashes.subarray(index * hashBytes, (index + 1) * hashBytes),
  );
}
