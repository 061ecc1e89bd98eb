import type { EntryHint } from '../../compression/index.ts';
import { createHasher, hashBytes, hashSizeBytes } from '../../crypto/index.ts';
import { cutBlocklists, type FormatSettings } from '../../format/index.ts';
import type { BlockStore } from './block-store.ts';
import type { ExaminedContent } from './messages.ts';

/** Gives the next bytes of a stream into `target`: as many as fit, fewer only at the end. */
export type BlockReader = (target: Uint8Array, position: number) => number;

/** Room for more hashes is made as they come. */
const MOST_EXPECTED_BLOCKS = 1 << 20;

/**
 * Cuts a stream of about `sizeBytes` bytes (read to that length, or to its end if that comes first;
 * `Infinity` where it is not known) into blocks and stores them. `buffer` holds one block.
 */
export async function storeStream(
  stream: { readonly sizeBytes: number; readonly read: BlockReader; readonly hint: EntryHint },
  store: BlockStore,
  format: FormatSettings,
  buffer: Buffer,
): Promise<{ content: ExaminedContent; bytesRead: number }> {
  if (stream.sizeBytes <= format.blocksizeBytes) return storeShort(stream, store, format, buffer);
  const hasher = createHasher(format.fileHash);
  const hashSize = hashSizeBytes(format.blockHash);
  const expected = Math.min(Math.ceil(stream.sizeBytes / format.blocksizeBytes), MOST_EXPECTED_BLOCKS);
  let hashes = Buffer.allocUnsafeSlow(expected * hashSize);
  let ids = new Uint32Array(expected);
  let position = 0;
  let count = 0;
  while (position < stream.sizeBytes) {
    const wanted = Math.min(format.blocksizeBytes, stream.sizeBytes - position);
    const taken = stream.read(buffer.subarray(0, wanted), position);
    if (taken === 0) break;
    const block = buffer.subarray(0, taken);
    const hash = hashBytes(format.blockHash, block);
    hasher.update(block);
    if (count === ids.length) {
      hashes = Buffer.concat([hashes], hashes.length * 2);
      ids = enlarge(ids);
    }
    hashes.set(hash, count * hashSize);
    ids[count] = store.store(hash, block, stream.hint);
    count++;
    position += taken;
    if (store.isFull) await store.seal();
  }
  const hash = hasher.digest();
  const blocks = ids.subarray(0, count);
  const content = await toContent(
    { hash, sizeBytes: position, blocks, hashes: hashes.subarray(0, count * hashSize) },
    store,
    format,
  );
  return { content, bytesRead: position };
}

function enlarge(ids: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(ids.length * 2);
  larger.set(ids);
  return larger;
}

async function storeShort(
  stream: { readonly sizeBytes: number; readonly read: BlockReader; readonly hint: EntryHint },
  store: BlockStore,
  format: FormatSettings,
  buffer: Buffer,
): Promise<{ content: ExaminedContent; bytesRead: number }> {
  const taken = stream.sizeBytes === 0 ? 0 : stream.read(buffer.subarray(0, stream.sizeBytes), 0);
  if (taken === 0) return { content: { kind: 'empty' }, bytesRead: 0 };
  const block = buffer.subarray(0, taken);
  const content = storeBlock(block, stream.hint, store, format);
  if (store.isFull) await store.seal();
  return { content, bytesRead: taken };
}

/** Stores content of one block. */
export function storeBlock(
  block: Uint8Array,
  hint: EntryHint,
  store: BlockStore,
  format: FormatSettings,
): ExaminedContent {
  const hash = hashBytes(format.blockHash, block);
  const id = store.store(hash, block, hint);
  if (format.blockHash === format.fileHash) return { kind: 'block', id };
  return {
    kind: 'list',
    sizeBytes: block.length,
    hash: hashBytes(format.fileHash, block),
    blocks: Uint32Array.of(id),
    blocklists: new Uint32Array(),
  };
}

interface BlockSequence {
  readonly hash: Uint8Array;
  readonly sizeBytes: number;
  readonly blocks: Uint32Array;
  /** The hashes of the blocks, one after the other. */
  readonly hashes: Buffer;
}

async function toContent(
  sequence: BlockSequence,
  store: BlockStore,
  format: FormatSettings,
): Promise<ExaminedContent> {
  const { hash, sizeBytes, blocks, hashes } = sequence;
  const [first] = blocks;
  if (first === undefined) return { kind: 'empty' };
  // A file that shrank to one block while it was read is represented as any file of that size.
  if (blocks.length === 1) {
    if (format.blockHash === format.fileHash) return { kind: 'block', id: first };
    return { kind: 'list', sizeBytes, hash, blocks, blocklists: new Uint32Array() };
  }
  const blocklists: number[] = [];
  const geometry = { blocksizeBytes: format.blocksizeBytes, hashSizeBytes: hashSizeBytes(format.blockHash) };
  for (const blocklist of cutBlocklists(hashes, geometry)) {
    blocklists.push(store.storeBlocklist(hashBytes(format.blockHash, blocklist), blocklist));
    if (store.isFull) await store.seal();
  }
  return { kind: 'list', sizeBytes, hash, blocks: blocks.slice(), blocklists: Uint32Array.from(blocklists) };
}
