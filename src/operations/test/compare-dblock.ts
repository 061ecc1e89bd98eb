import { FormatError, toBase64 } from '../../base/index.ts';
import { type ArchiveEntry, type ArchiveReader, ReadMemory } from '../../compression/index.ts';
import { hashBytes, hashSizeBytes } from '../../crypto/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { blockHashOfEntryName } from '../../format/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { compareBlocks, knownBlocks } from './compare-blocks.ts';
import type { FaultList } from './fault-list.ts';
import type { TestSettings } from './settings.ts';

interface NamedBlock {
  readonly entry: ArchiveEntry;
  readonly hash: Buffer;
}

/** Compares the blocks of a dblock with the database, and hashes a share of them. Returns how many were hashed. */
export function compareDblock(
  { database, format }: OpenedBackup,
  dblock: VolumeRow,
  archive: ArchiveReader,
  testing: {
    readonly settings: TestSettings;
    readonly faults: FaultList;
    readonly checkAbort: () => void;
  },
): number {
  const { settings, faults, checkAbort } = testing;
  const hashSize = hashSizeBytes(format.blockHash);
  const blocks: NamedBlock[] = archive.entries.flatMap((entry) => {
    const hash = blockHashOfEntryName(entry.name);
    return hash?.length === hashSize ? [{ entry, hash }] : [];
  });
  const named = new Map(blocks.map(({ entry, hash }) => [toBase64(hash), entry.sizeBytes]));
  if (dblock.areBlocksKnown) compareBlocks(knownBlocks(database, dblock), named, faults);
  const chosen = choose(blocks, settings);
  const memory = new ReadMemory();
  for (const { entry, hash } of chosen) {
    checkAbort();
    const read = () => archive.read(entry, format.blocksizeBytes, memory);
    if (!isRight(read, hash, format)) faults.add('modified', `block ${toBase64(hash)}`);
  }
  return chosen.length;
}

/** At least one block in a hundred, whatever the share, in the order in which they lie. */
function choose(blocks: readonly NamedBlock[], { blockShare, random }: TestSettings): readonly NamedBlock[] {
  const share = Math.max(0.01, blockShare);
  if (share >= 1) return blocks;
  const count = Math.ceil(blocks.length * share);
  const drawn = blocks
    .map((block) => ({ block, lot: random() }))
    .sort((one, other) => one.lot - other.lot)
    .slice(0, count);
  const chosen = new Set(drawn.map(({ block }) => block));
  return blocks.filter((block) => chosen.has(block));
}

function isRight(read: () => Buffer, hash: Buffer, format: OpenedBackup['format']): boolean {
  try {
    return hashBytes(format.blockHash, read()).equals(hash);
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
