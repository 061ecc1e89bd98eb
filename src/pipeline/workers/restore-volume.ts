import { errorCode, type SerializedError, serializeError } from '../../base/index.ts';
import { type ArchiveReader, ReadMemory } from '../../compression/index.ts';
import { hashBytes, hashSizeBytes } from '../../crypto/index.ts';
import { blockEntryName, type FormatSettings } from '../../format/index.ts';
import { type OpenVolume, openVolume } from '../volume-reader.ts';
import type { Keys, VolumeToRead } from '../volume-to-read.ts';
import type { EntryRestorer, RestoredBlock } from './entry-restorer.ts';
import type { BlockUses, RestoreReply } from './restore-messages.ts';

/** Blocks pass through the same memory, one after the other. */
const memory = new ReadMemory();

export interface VolumeOpening {
  readonly keys: Keys;
  readonly newPath: (label: string) => string;
  readonly format: FormatSettings;
}

/**
 * Reads the asked blocks of one volume and puts each wherever it is needed. What cannot be read is reported;
 * nothing unverified is written.
 */
export async function restoreVolume(
  request: { readonly job: number; readonly volume: VolumeToRead; readonly uses: BlockUses },
  restorer: EntryRestorer,
  opening: VolumeOpening,
): Promise<RestoreReply> {
  const { job, volume, uses } = request;
  const opened = await tryOpen(volume, opening);
  const failed = 'error' in opened ? [] : restoreBlocks(opened.volume, uses, restorer, opening.format);
  restorer.settle();
  return {
    type: 'volume-read',
    job,
    error: 'error' in opened ? opened.error : undefined,
    failed: Uint32Array.from(failed),
    tally: restorer.takeTally(),
  };
}

type Opened = { readonly volume: OpenVolume } | { readonly error: SerializedError };

async function tryOpen(volume: VolumeToRead, opening: VolumeOpening): Promise<Opened> {
  try {
    return { volume: await openVolume(volume, opening.keys, opening.newPath) };
  } catch (error) {
    // Without a code it is a fault of the program.
    if (errorCode(error) === undefined) throw error;
    return { error: serializeError(error) };
  }
}

/** The numbers of the blocks that could not be had. */
function restoreBlocks(
  volume: OpenVolume,
  uses: BlockUses,
  restorer: EntryRestorer,
  format: FormatSettings,
): number[] {
  using opened = volume;
  const failed: number[] = [];
  for (let block = 0; block < uses.count; block++) {
    const found = readBlock(opened.archive, uses, block, format);
    if (found === undefined) failed.push(block);
    else putEverywhere(restorer, uses, block, found);
  }
  return failed;
}

function readBlock(
  archive: ArchiveReader,
  uses: BlockUses,
  block: number,
  format: FormatSettings,
): RestoredBlock | undefined {
  const hashSize = hashSizeBytes(format.blockHash);
  const hash = uses.hashes.subarray(block * hashSize, (block + 1) * hashSize);
  const entry = archive.find(blockEntryName(hash));
  if (entry === undefined) return undefined;
  try {
    const bytes = archive.read(entry, format.blocksizeBytes, memory, 'skip');
    const isRight = bytes.length === uses.sizes[block] && hashBytes(format.blockHash, bytes).equals(hash);
    return isRight ? { bytes, hash } : undefined;
  } catch (error) {
    // Damaged, or not to be read from the disk; without a code it is a fault of the program.
    if (errorCode(error) !== undefined) return undefined;
    throw error;
  }
}

function putEverywhere(restorer: EntryRestorer, uses: BlockUses, block: number, found: RestoredBlock): void {
  const end = uses.starts[block + 1] ?? 0;
  for (let use = uses.starts[block] ?? 0; use < end; use++) {
    restorer.put(uses.entries[use] ?? 0, uses.positions[use] ?? 0, found);
  }
}
