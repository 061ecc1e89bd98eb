import { counted, fromBase64, pool } from '../../base/index.ts';
import { bookDblock } from './book-dblock.ts';
import type { Dblock } from './dblocks.ts';
import type { Rebuilding } from './rebuilding.ts';
import type { VolumeReading } from './volume-reading.ts';

/** So many dblocks are on their way at once; each takes temporary space. */
const PARALLEL_DBLOCKS = 2;

/**
 * Finds in the dblocks themselves what no dindex said: first in those that hold needed blocklists, then in
 * those that no dindex describes, last in all others. Each is read once at most, and none any more once
 * nothing is missing.
 */
export async function readDblocks(
  state: Rebuilding,
  reading: VolumeReading,
  described: 'read' | 'skip' | 'read-all',
): Promise<void> {
  const passes = [
    () => withWantedBlocklists(state),
    () => state.dblocks.all().filter((dblock) => !dblock.isDescribed),
    () => (described !== 'skip' ? state.dblocks.all() : []),
  ];
  for (const choose of passes) {
    if (state.isComplete) return;
    await readThese(state, reading, choose(), 'complete');
    state.knownContents?.expand();
  }
}

/** Reads the given dblocks, newest first: until nothing is missing, or all of them. */
export async function readThese(
  state: Rebuilding,
  reading: VolumeReading,
  chosen: readonly Dblock[],
  until: 'complete' | 'all-read',
): Promise<void> {
  const dblocks = chosen.filter((dblock) => !dblock.isRead).toSorted(byAge);
  if (dblocks.length === 0) return;
  const text =
    until === 'complete'
      ? `Some blocks are not described by any dindex; up to ${counted(dblocks.length, 'dblock')} may be read for them.`
      : `Reading ${counted(dblocks.length, 'dblock')} for the blocks inside.`;
  state.log.write('information', 'dblocks-read', text);
  await pool(PARALLEL_DBLOCKS, dblocks, async (dblock) => {
    if (until === 'complete' && state.isComplete) return;
    dblock.isRead = true;
    const result = await reading.read(dblock.file, (volume, format) =>
      bookDblock(state, dblock, volume, format),
    );
    if (result === 'unreadable') state.dblocks.markDamaged(dblock);
  });
}

function withWantedBlocklists(state: Rebuilding): Dblock[] {
  const holding = new Set<Dblock>();
  for (const [text, sizeBytes] of state.knownContents?.wantedBlocklists ?? []) {
    const hash = fromBase64(text);
    const id = hash === undefined ? 0 : state.blocks.find(hash, sizeBytes);
    const volumeId = id === 0 ? undefined : state.database.blocks.get(id)?.volumeId;
    const dblock = volumeId === undefined ? undefined : state.dblocks.ofVolume(volumeId);
    if (dblock !== undefined) holding.add(dblock);
  }
  return [...holding];
}

function byAge(one: Dblock, other: Dblock): number {
  return (other.file.modifiedAtMs ?? 0) - (one.file.modifiedAtMs ?? 0);
}
