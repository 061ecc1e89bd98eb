import { releaseMemory } from '../../base/index.ts';
import type { BlockPlace } from '../../database/index.ts';
import { type BlockUses, METADATA_POSITION, type RestoreTable } from '../../pipeline/index.ts';
import type { BlockUseList } from './survey.ts';
import { Uint32List } from './uint32-list.ts';

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
    ids: ids.subarray(0, count),
    order,
    starts: starts.subarray(0, count + 1),
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
  releaseMemory(new Uint8Array(keys.buffer));
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
  const { uses, order, starts } = plan;
  let block = 0;
  order.forEach((use, index) => {
    while (index >= (starts[block + 1] ?? 0)) block++;
    const entry = uses.entries[use] ?? 0;
    table.remaining[entry] = (table.remaining[entry] ?? 0) + 1;
    if (!isMetadata(uses, use)) return;
    table.metadataBytes[entry] = (table.metadataBytes[entry] ?? 0) + (plan.sizes[block] ?? 0);
  });
}

/** The numbers of the uses of a block. */
export function usesOf(plan: BlockPlan, block: number): Uint32Array {
  return plan.order.subarray(plan.starts[block], plan.starts[block + 1]);
}

export function isMetadata(uses: BlockUseList, use: number): boolean {
  return (uses.positions[use] ?? 0) >= METADATA_POSITION;
}

/** All blocks of a plan. */
export function everyBlock({ ids }: BlockPlan): Uint32Array {
  return new Uint32Array(ids.length).map((_, block) => block);
}

/**
 * The blocks of each volume that some entry still needs, volumes in the order of the first such entry and its
 * first such block: what a later version changed near the beginning of a file comes before its end. Volume 0:
 * place unknown.
 */
export function groupByVolume(plan: BlockPlan, blocks: Uint32Array): Map<number, Uint32Array> {
  const groups = new Map<number, { first: number; readonly blocks: Uint32List }>();
  for (const block of blocks) {
    const first = firstNeed(plan, block);
    if (first === undefined) continue;
    const volume = plan.volumes[block] ?? 0;
    const group = groups.get(volume) ?? { first, blocks: new Uint32List(0) };
    group.first = Math.min(group.first, first);
    group.blocks.push(block);
    groups.set(volume, group);
  }
  const inOrder = [...groups].sort(([, one], [, other]) => one.first - other.first);
  return new Map(inOrder.map(([volume, group]) => [volume, group.blocks.view()]));
}

/** The first use of a block that is not dropped. Uses are in the order of entries, and of blocks in each. */
function firstNeed({ dropped, order, starts }: BlockPlan, block: number): number | undefined {
  const end = starts[block + 1] ?? 0;
  for (let index = starts[block] ?? 0; index < end; index++) {
    const use = order[index] ?? 0;
    if (dropped[use] !== 1) return use;
  }
  return undefined;
}

/** How many uses of a block are not dropped. */
function countNeeds({ dropped, order, starts }: BlockPlan, block: number): number {
  let count = 0;
  const end = starts[block + 1] ?? 0;
  for (let index = starts[block] ?? 0; index < end; index++) {
    if (dropped[order[index] ?? 0] !== 1) count++;
  }
  return count;
}

/** What a worker is told about the given blocks of one volume. `hashes` are theirs, one after the other. */
export function toBlockUses(plan: BlockPlan, blocks: Uint32Array, hashes: Uint8Array): BlockUses {
  const { dropped, order, uses } = plan;
  const starts = new Uint32Array(blocks.length + 1);
  blocks.forEach((block, index) => {
    starts[index + 1] = (starts[index] ?? 0) + countNeeds(plan, block);
  });
  const count = starts[blocks.length] ?? 0;
  const entries = new Uint32Array(count);
  const positions = new Uint32Array(count);
  let at = 0;
  for (const block of blocks) {
    const end = plan.starts[block + 1] ?? 0;
    for (let index = plan.starts[block] ?? 0; index < end; index++) {
      const use = order[index] ?? 0;
      if (dropped[use] === 1) continue;
      entries[at] = uses.entries[use] ?? 0;
      positions[at++] = uses.positions[use] ?? 0;
    }
  }
  return {
    count: blocks.length,
    hashes,
    sizes: blocks.map((block) => plan.sizes[block] ?? 0),
    starts,
    entries,
    positions,
  };
}
