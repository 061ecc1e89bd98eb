import { counted, FormatError, toBase64 } from '../../base/index.ts';
import type { ArchiveEntry } from '../../compression/index.ts';
import { hashBytes, hashSizeBytes } from '../../crypto/index.ts';
import { BlockPacker, blockHashOfEntryName, type FormatSettings } from '../../format/index.ts';
import type { Dblock } from './dblocks.ts';
import type { KnownContents } from './known-contents.ts';
import type { Rebuilding } from './rebuilding.ts';
import type { ReadVolume } from './volume-opener.ts';

interface NamedBlock {
  readonly entry: ArchiveEntry;
  readonly hash: Buffer;
}

/**
 * Books what a dblock itself holds. Every block that is booked was read and found to be what its name says;
 * damaged ones are left out. Of a dblock that a dindex described only the blocks are read that something
 * waits for.
 */
export function bookDblock(
  state: Rebuilding,
  dblock: Dblock,
  volume: ReadVolume,
  format: FormatSettings,
): void {
  state.database.gather(() => book(state, dblock, volume, format));
}

function book(state: Rebuilding, dblock: Dblock, volume: ReadVolume, format: FormatSettings): void {
  const contents = state.contents(format);
  const named = findBlocks(volume, format);
  const wanted = dblock.isDescribed ? named.filter((block) => isWaitedFor(state, contents, block)) : named;
  const packer = new BlockPacker(hashSizeBytes(format.blockHash), wanted.length);
  let damaged = 0;
  for (const { entry, hash } of wanted) {
    const bytes = readBlock(volume, entry, hash, format);
    if (bytes === undefined) {
      damaged++;
      continue;
    }
    packer.add(hash, bytes.length);
    if (contents.wantedBlocklists.get(toBase64(hash)) === bytes.length) contents.keepBlocklist(hash, bytes);
  }
  if (damaged > 0) {
    state.warn('block-corrupt', `Not used of '${volume.file.name}': ${counted(damaged, 'damaged block')}.`);
    state.dblocks.markDamaged(dblock);
  }
  const id = state.dblocks.register(dblock);
  if (!dblock.isDescribed) state.dblocks.prove(dblock, volume);
  state.dblocks.describe(
    dblock,
    state.blocks.addVolume(id, packer.finish(), dblock.isDescribed ? 'repeated' : 'first'),
  );
}

function findBlocks(volume: ReadVolume, format: FormatSettings): NamedBlock[] {
  const named: NamedBlock[] = [];
  for (const entry of volume.archive.entries) {
    const hash = blockHashOfEntryName(entry.name);
    if (hash?.length === hashSizeBytes(format.blockHash)) named.push({ entry, hash });
  }
  return named;
}

function isWaitedFor(state: Rebuilding, contents: KnownContents, { entry, hash }: NamedBlock): boolean {
  if (contents.wantedBlocklists.has(toBase64(hash))) return true;
  const id = state.blocks.find(hash, entry.sizeBytes);
  return id !== 0 && state.blocks.isUnplaced(id);
}

function readBlock(
  volume: ReadVolume,
  entry: ArchiveEntry,
  hash: Buffer,
  format: FormatSettings,
): Buffer | undefined {
  try {
    const bytes = volume.archive.read(entry, format.blocksizeBytes);
    return bytes.length > 0 && hashBytes(format.blockHash, bytes).equals(hash) ? bytes : undefined;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return undefined;
  }
}
