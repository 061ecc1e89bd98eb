import type { LocalDatabase, VolumeRow } from '../../database/index.ts';
import type { BlockPlan } from './block-plan.ts';

/**
 * Enters another place for blocks that could not be had from theirs: a copy of the same content in a volume
 * that can be read. Returns the blocks for which there is one. Goes through all blocks of the backup, so it
 * is for emergencies.
 */
export function findCopies(
  database: Pick<LocalDatabase, 'blocks'>,
  plan: BlockPlan,
  lost: Iterable<number>,
  volumes: ReadonlyMap<number, VolumeRow>,
): number[] {
  const wanted = byContent(database, plan, [...lost]);
  const found: number[] = [];
  if (wanted.size === 0) return found;
  for (const { hash, sizeBytes, volumeId } of database.blocks.all()) {
    const key = contentKey(hash, sizeBytes);
    const blocks = wanted.get(key);
    if (blocks === undefined || !volumes.has(volumeId)) continue;
    wanted.delete(key);
    for (const block of blocks) {
      plan.volumes[block] = volumeId;
      found.push(block);
    }
  }
  return found.sort((a, b) => a - b);
}

function byContent(
  database: Pick<LocalDatabase, 'blocks'>,
  plan: BlockPlan,
  blocks: readonly number[],
): Map<string, number[]> {
  const sorted = [...blocks].sort((a, b) => a - b);
  const ids = Uint32Array.from(sorted, (block) => plan.ids[block] ?? 0);
  const byKey = new Map<string, number[]>();
  let at = 0;
  for (const row of database.blocks.among(ids)) {
    while (ids[at] !== row.id) at++;
    const key = contentKey(row.hash, row.sizeBytes);
    byKey.set(key, [...(byKey.get(key) ?? []), sorted[at] ?? 0]);
  }
  return byKey;
}

function contentKey(hash: Buffer, sizeBytes: number): string {
  return `${hash.toString('latin1')}:${sizeBytes}`;
}
