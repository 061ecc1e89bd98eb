import { asBuffer, FormatError, toBase64 } from '../../base/index.ts';
import type { ArchiveEntry, ArchiveReader } from '../../compression/index.ts';
import { hashBytes, hashSizeBytes } from '../../crypto/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { type DindexVolume, eachBlock, parseDindexEntryName, parseDindexVolume } from '../../format/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { compareBlocks, knownBlocks } from './compare-blocks.ts';
import type { FaultList } from './fault-list.ts';

/** A dblock of 2 GiB with blocks of 1 KiB has two million, at some 120 bytes of text each. */
const LARGEST_VOL_BYTES = 512 * 1024 * 1024;

/** Compares what a dindex says of its dblocks with the database, and checks the blocklists in it by their own names. */
export function compareDindex(
  opened: OpenedBackup,
  dindex: VolumeRow,
  archive: ArchiveReader,
  faults: FaultList,
): void {
  const { database, format } = opened;
  const described = new Set<number>();
  for (const entry of archive.entries) {
    const parsed = parseDindexEntryName(entry.name);
    if (parsed?.kind === 'list' && !isRightList(archive, entry, parsed.hash, format))
      faults.add('modified', entry.name);
    if (parsed?.kind !== 'vol') continue;
    const dblock = database.volumes.find(parsed.volumeName);
    if (dblock === undefined) {
      faults.add('extra', entry.name);
      continue;
    }
    described.add(dblock.id);
    const content = archive.read(entry, LARGEST_VOL_BYTES);
    const volume = parseDindexVolume(content, hashSizeBytes(format.blockHash), dindex.name);
    compareDescription(opened, dblock, volume, faults);
  }
  for (const id of database.volumes.indexedBy(dindex.id))
    if (!described.has(id)) faults.add('missing', `the blocks of '${database.volumes.get(id).name}'`);
}

function compareDescription(
  { database }: OpenedBackup,
  dblock: VolumeRow,
  { blocks, proof }: DindexVolume,
  faults: FaultList,
): void {
  if (proof !== undefined && dblock.hash !== undefined) {
    const isSame = dblock.hash.equals(asBuffer(proof.hash)) && dblock.sizeBytes === proof.sizeBytes;
    if (!isSame) faults.add('modified', `length and hash of '${dblock.name}'`);
  }
  if (!dblock.areBlocksKnown) return;
  const named = new Map<string, number>();
  for (const { hash, sizeBytes } of eachBlock(blocks)) named.set(toBase64(hash), sizeBytes);
  compareBlocks(knownBlocks(database, dblock), named, faults);
}

function isRightList(
  archive: ArchiveReader,
  entry: ArchiveEntry,
  hash: Buffer,
  format: OpenedBackup['format'],
): boolean {
  try {
    return hashBytes(format.blockHash, archive.read(entry, format.blocksizeBytes)).equals(hash);
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
