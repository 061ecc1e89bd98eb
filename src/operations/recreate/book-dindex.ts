import { counted, errorMessage, FormatError, toBase64 } from '../../base/index.ts';
import type { ArchiveEntry } from '../../compression/index.ts';
import { hashBytes, hashSizeBytes } from '../../crypto/index.ts';
import type { VolumeId } from '../../database/index.ts';
import {
  type DindexVolume,
  type FormatSettings,
  parseDindexEntryName,
  parseDindexVolume,
} from '../../format/index.ts';
import type { Dblock } from './dblocks.ts';
import type { Rebuilding } from './rebuilding.ts';
import type { ReadVolume } from './volume-opener.ts';

/** A dblock of 2 GiB with blocks of 1 KiB has two million, at some 120 bytes of text each. */
const LARGEST_VOL_BYTES = 512 * 1024 * 1024;

/**
 * Books what a dindex says: which blocks lie in which dblock, and what blocklists hold. An entry that is
 * damaged costs a warning and is left out; the dblock itself says it again where it is needed.
 */
export function bookDindex(state: Rebuilding, volume: ReadVolume, format: FormatSettings): void {
  state.database.gather(() => book(state, volume, format));
}

function book(state: Rebuilding, volume: ReadVolume, format: FormatSettings): void {
  const { file, archive, sizeBytes, hash } = volume;
  const id = state.database.volumes.add({
    name: file.name,
    kind: 'dindex',
    state: 'verified',
    sizeBytes,
    hash,
  });
  const booking = { state, volume, format, id };
  const entries = archive.entries.map((entry) => ({ entry, parsed: parseDindexEntryName(entry.name) }));
  // Blocklists first: what they ask for may lie in the dblocks of this very dindex.
  for (const { entry, parsed } of entries) {
    if (parsed?.kind === 'list') tolerate(booking, () => bookBlocklist(booking, entry, parsed.hash));
  }
  state.knownContents?.expand();
  for (const { entry, parsed } of entries) {
    if (parsed?.kind === 'vol') tolerate(booking, () => bookDescription(booking, entry, parsed.volumeName));
  }
}

interface Booking {
  readonly state: Rebuilding;
  readonly volume: ReadVolume;
  readonly format: FormatSettings;
  readonly id: VolumeId;
}

function tolerate({ state, volume }: Booking, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    state.warn('dindex-damaged', `A part of '${volume.file.name}' is left out: ${errorMessage(error)}`);
  }
}

function bookBlocklist({ state, volume, format }: Booking, entry: ArchiveEntry, hash: Buffer): void {
  const contents = state.contents(format);
  if (state.rows === 'needed' && !contents.wantedBlocklists.has(toBase64(hash))) return;
  const list = volume.archive.read(entry, format.blocksizeBytes);
  if (
    list.length === 0 ||
    list.length % hashSizeBytes(format.blockHash) !== 0 ||
    !hashBytes(format.blockHash, list).equals(hash)
  ) {
    throw new FormatError('block-corrupt', `The blocklist '${entry.name}' is not what its name says.`, {
      details: { volume: volume.file.name, entry: entry.name },
    });
  }
  contents.keepBlocklist(hash, list);
}

function bookDescription(booking: Booking, entry: ArchiveEntry, dblockName: string): void {
  const { state, volume, format, id } = booking;
  const described = parseDindexVolume(
    volume.archive.read(entry, LARGEST_VOL_BYTES),
    hashSizeBytes(format.blockHash),
    volume.file.name,
  );
  checkSizes(described, format, entry, volume);
  const match = state.dblocks.match(dblockName);
  if (match.kind === 'missing') {
    state.warn(
      'dblock-missing',
      `'${volume.file.name}' describes '${dblockName}', which is not at the destination.`,
    );
    state.database.volumes.link(id, state.dblocks.registerMissing(dblockName, described.proof));
    return;
  }
  const { dblock, isRenamed } = match;
  if (isRenamed) {
    state.warn(
      'dblock-renamed',
      `'${dblockName}' is not at the destination; '${dblock.file.name}' is taken for it.`,
    );
  }
  const proof = isRenamed ? undefined : described.proof;
  if (proof !== undefined && dblock.file.sizeBytes >= 0 && proof.sizeBytes !== dblock.file.sizeBytes) {
    state.warn(
      'dblock-size',
      `'${dblock.file.name}' has ${counted(dblock.file.sizeBytes, 'byte')}, but ${proof.sizeBytes} in '${volume.file.name}', which is not believed.`,
    );
    state.dblocks.markDamaged(dblock);
    return;
  }
  bookBlocks(booking, dblock, { ...described, ...(proof === undefined ? {} : { proof }) });
}

function bookBlocks({ state, id }: Booking, dblock: Dblock, { blocks, proof }: DindexVolume): void {
  const volumeId = state.dblocks.register(dblock);
  if (proof !== undefined) state.dblocks.prove(dblock, proof);
  const range = state.blocks.addVolume(volumeId, blocks, dblock.isDescribed ? 'repeated' : 'first');
  state.dblocks.describe(dblock, range);
  state.database.volumes.link(id, volumeId);
}

/**
 * No block is longer than the blocksize, and none is empty: a list that says otherwise cannot be believed in
 * anything.
 */
function checkSizes(
  { blocks }: DindexVolume,
  format: FormatSettings,
  entry: ArchiveEntry,
  volume: ReadVolume,
): void {
  for (let index = 0; index < blocks.count; index++) {
    const sizeBytes = blocks.sizes[index] ?? 0;
    if (sizeBytes >= 1 && sizeBytes <= format.blocksizeBytes) continue;
    throw new FormatError(
      'volume-corrupt',
      `'${entry.name}' lists a block of ${counted(sizeBytes, 'byte')}.`,
      {
        details: { volume: volume.file.name, entry: entry.name },
      },
    );
  }
}
