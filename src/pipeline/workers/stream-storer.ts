import type { EntryHint } from '../../compression/index.ts';
import { createHasher, type Hasher, hashBytes, hashSizeBytes } from '../../crypto/index.ts';
import { cutBlocklists, type FormatSettings } from '../../format/index.ts';
import type { BlockRelay } from '../block-relay.ts';
import { BlockNames } from './block-names.ts';
import type { BlockStore } from './block-store.ts';
import type { ExaminedContent } from './messages.ts';
import { RelayedBlocks } from './relayed-blocks.ts';

/** Content that is read once, in its order. */
export interface ContentStream {
  /** It is read to that length, or to its end if that comes first; `Infinity` where it is not known. */
  readonly sizeBytes: number;
  /** Gives the next bytes into `target`: as many as fit, fewer only at the end. */
  readonly read: (target: Uint8Array, position: number) => number;
  readonly hint: EntryHint;
}

export interface StoredStream {
  readonly content: ExaminedContent;
  readonly bytesRead: number;
}

/** Room for more is made as they come. */
const MOST_EXPECTED_BLOCKS = 1 << 20;

/** Cuts streams into blocks and stores them, with the help of other threads where there are several blocks. */
export class StreamStorer {
  readonly #store: BlockStore;
  readonly #format: FormatSettings;
  readonly #relay: BlockRelay | undefined;
  readonly #buffer: Buffer;

  constructor(store: BlockStore, format: FormatSettings, relay: BlockRelay | undefined) {
    this.#store = store;
    this.#format = format;
    this.#relay = relay;
    this.#buffer = Buffer.allocUnsafeSlow(format.blocksizeBytes);
  }

  async storeStream(stream: ContentStream): Promise<StoredStream> {
    const { blocksizeBytes, fileHash, blockHash } = this.#format;
    if (stream.sizeBytes <= blocksizeBytes) return this.#storeShort(stream);
    const expected = Math.min(Math.ceil(stream.sizeBytes / blocksizeBytes), MOST_EXPECTED_BLOCKS);
    const names = new BlockNames(expected, hashSizeBytes(blockHash));
    const hasher = createHasher(fileHash);
    const bytesRead = await this.#storeBlocks(stream, names, hasher);
    const content = await this.#toContent(names, { sizeBytes: bytesRead, hash: hasher.digest() });
    return { content, bytesRead };
  }

  /** Returns how many bytes came. */
  async #storeBlocks(stream: ContentStream, names: BlockNames, hasher: Hasher): Promise<number> {
    await using relayed = new RelayedBlocks(this.#relay, names);
    let position = 0;
    for (let number = 0; position < stream.sizeBytes; number++) {
      const wanted = Math.min(this.#format.blocksizeBytes, stream.sizeBytes - position);
      const room = relayed.reserve();
      const target = room?.bytes ?? this.#buffer;
      const taken = stream.read(target.subarray(0, wanted), position);
      const block = target.subarray(0, taken);
      hasher.update(block);
      position += taken;
      if (room === undefined) await this.#storeNext(number, block, { stream, names });
      else relayed.offer(room, { number, sizeBytes: taken, hint: stream.hint });
      if (taken < wanted) break;
    }
    for (const { number, bytes } of relayed.takeBack())
      await this.#storeNext(number, bytes, { stream, names });
    await relayed.settle();
    return position;
  }

  async #storeNext(
    number: number,
    block: Uint8Array,
    { stream, names }: { readonly stream: ContentStream; readonly names: BlockNames },
  ): Promise<void> {
    if (block.length === 0) return;
    names.set(number, this.#store.storeBlock(block, stream.hint));
    if (this.#store.isFull) await this.#store.seal();
  }

  async #storeShort(stream: ContentStream): Promise<StoredStream> {
    const taken = stream.sizeBytes === 0 ? 0 : stream.read(this.#buffer.subarray(0, stream.sizeBytes), 0);
    if (taken === 0) return { content: { kind: 'empty' }, bytesRead: 0 };
    const block = this.#buffer.subarray(0, taken);
    const { id } = this.#store.storeBlock(block, stream.hint);
    const content = this.#ofOneBlock(id, {
      sizeBytes: taken,
      hash: () => hashBytes(this.#format.fileHash, block),
    });
    if (this.#store.isFull) await this.#store.seal();
    return { content, bytesRead: taken };
  }

  /** Content of one block is named like the block where blocks and files have the same hash algorithm. */
  get #isNamedLikeBlock(): boolean {
    return this.#format.blockHash === this.#format.fileHash;
  }

  #ofOneBlock(
    id: number,
    { sizeBytes, hash }: { readonly sizeBytes: number; readonly hash: () => Uint8Array },
  ): ExaminedContent {
    if (this.#isNamedLikeBlock) return { kind: 'block', id };
    return {
      kind: 'list',
      sizeBytes,
      hash: hash(),
      blocks: Uint32Array.of(id),
      blocklists: new Uint32Array(),
    };
  }

  async #toContent(
    names: BlockNames,
    { sizeBytes, hash }: { readonly sizeBytes: number; readonly hash: Uint8Array },
  ): Promise<ExaminedContent> {
    const blocks = names.ids;
    const [first] = blocks;
    if (first === undefined) return { kind: 'empty' };
    // A file that shrank to one block while it was read is represented as any file of that size.
    if (blocks.length === 1) return this.#ofOneBlock(first, { sizeBytes, hash: () => hash });
    const { blocksizeBytes, blockHash } = this.#format;
    const blocklists: number[] = [];
    for (const list of cutBlocklists(names.hashes, {
      blocksizeBytes,
      hashSizeBytes: hashSizeBytes(blockHash),
    })) {
      blocklists.push(this.#store.storeBlocklist(hashBytes(blockHash, list), list));
      if (this.#store.isFull) await this.#store.seal();
    }
    return { kind: 'list', sizeBytes, hash, blocks, blocklists: Uint32Array.from(blocklists) };
  }
}
