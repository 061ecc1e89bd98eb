import type { BlockPlace } from '../../database/index.ts';
import { type BlockUses, METADATA_POSITION, type RestoreTable } from '../../pipeline/index.ts';
import type { BlockUseList } from './survey.ts';

/**
 * The needed blocks in the order of their ids, which is the order in which they were stored, each with the
 * uses of it.
 */
export interface BlockPlan {
  readonly uses: BlockUseList;
  /** One byte a use: 1 where it needs no block any more. */
  readonly dropped: Uint8Array;
  /** Ids, ascending. A block is its place here. */
  readonly ids: Uint32Array;
  /** The uses of block `b` are `order[i]` for `i` from `starts[b]` to `starts[b + 1]`. */
  readonly order: Uint32Array;
  readonly starts: Uint32Array;
  readonly sizes: Uint32Array;
  /** Row of the volume that holds the block; 0 where unknown. */
  readonly volumes: Uint32Array;
}

/** Sorts the uses that are not dropped by their blocks. Places are not known yet. */
export function planBlocks(uses: BlockUseList, dropped: Uint8Array): BlockPlan {
  const order = sortUses(uses, dropped);
  const ids = new Uint32Array(order.length);
  const starts = new Uint32Array(order.length + 1);
  let count = 0;
  order.forEach((use, index) => {
    const id = uses.blocks[use] ?? 0;
    if (count > 0 && ids[count - 1] === id) return;
    ids[count] = id;
    starts[count++] = index;
  });
  starts[count] = order.length;
  return {
    uses,
    dropped,
    ids: ids.slice(0, count),
    order,
    starts: starts.slice(0, count + 1),
    sizes: new Uint32Array(count),
    volumes: new Uint32Array(count),
  };
}

/** Pairs of block id and use packed into 64 bits, which the engine sorts fastest. */
function sortUses(uses: BlockUseList, dropped: Uint8Array): Uint32Array {
  const count = uses.blocks.length;
  const keys = new BigUint64Array(count);
  const words = new Uint32Array(keys.buffer);
  let kept = 0;
  for (let use = 0; use < count; use++) {
    if (dropped[use] === 1) continue;
    words[2 * kept] = use;
    words[2 * kept + 1] = uses.blocks[use] ?? 0;
    kept++;
  }
  keys.subarray(0, kept).sort();
  const order = new Uint32Array(kept);
  for (let index = 0; index < kept; index++) order[index] = words[2 * index] ?? 0;
  return order;
}

/** Enters where the blocks lie; `places` come in the order of ids, and may lack some. */
export function enterPlaces(plan: BlockPlan, places: Iterable<BlockPlace>): void {
  let block = 0;
  for (const { id, sizeBytes, volumeId } of places) {
    while (block < plan.ids.length && (plan.ids[block] ?? 0) < id) block++;
    if (plan.ids[block] !== id) continue;
    plan.sizes[block] = sizeBytes;
    plan.volumes[block] = volumeId;
  }
}

/** Gives every entry the number of blocks it waits for, and the length of its metadata. */
export function countUses(plan: BlockPlan, table: RestoreTable): void {
  const { uses } = plan;
  for (let block = 0; block < plan.ids.length; block++) {
    for (const use of usesOf(plan, block)) {
      const entry = uses.entries[use] ?? 0;
      table.remaining[entry] = (table.remaining[entry] ?? 0) + 1;
      if (!isMetadata(uses, use)) continue;
      table.metadataBytes[entry] = (table.metadataBytes[entry] ?? 0) + (plan.sizes[block] ?? 0);
    }
  }
}

/** The numbers of the uses of a block. */
export function usesOf(plan: BlockPlan, block: number): Uint32Array {
  return plan.order.subarray(plan.starts[block], plan.starts[block + 1]);
}

export function isMetadata(uses: BlockUseList, use: number): boolean {
  return (uses.positions[use] ?? 0) >= METADATA_POSITION;
}

/**
 * The blocks of each volume that some entry still needs, volumes in the order of their first block. Volume 0:
 * place unknown.
 */
export function groupByVolume(plan: BlockPlan, blocks: Iterable<number>): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const block of blocks) {
    if (!isNeeded(plan, block)) continue;
    const volume = plan.volumes[block] ?? 0;
    const group = groups.get(volume);
    if (group === undefined) groups.set(volume, [block]);
    else group.push(block);
  }
  return groups;
}

function isNeeded(plan: BlockPlan, block: number): boolean {
  return usesOf(plan, block).some((use) => plan.dropped[use] !== 1);
}

/** What a worker is told about the given blocks of one volume. `hashes` are theirs, one after the other. */
export function toBlockUses(plan: BlockPlan, blocks: readonly number[], hashes: Uint8Array): BlockUses {
  const starts = new Uint32Array(blocks.length + 1);
  const kept = blocks.map((block) => usesOf(plan, block).filter((use) => plan.dropped[use] !== 1));
  kept.forEach((uses, index) => {
    starts[index + 1] = (starts[index] ?? 0) + uses.length;
  });
  const count = starts[blocks.length] ?? 0;
  const entries = new Uint32Array(count);
  const positions = new Uint32Array(count);
  let at = 0;
  for (const uses of kept) {
    for (const use of uses) {
      entries[at] = plan.uses.entries[use] ?? 0;
      positions[at++] = plan.uses.positions[use] ?? 0;
    }
  }
  return {
    count: blocks.length,
    hashes,
    sizes: Uint32Array.from(blocks, (block) => plan.sizes[block] ?? 0),
    starts,
    entries,
    positions,
  };
}
