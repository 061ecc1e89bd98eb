import type { LocalDatabase, VolumeId, VolumeRow } from '../../database/index.ts';
import type { BlockUsage } from '../space/block-usage.ts';

/** A block that was copied into a new dblock. */
export interface CopiedBlock {
  readonly hash: Uint8Array;
  readonly sizeBytes: number;
  /** The rows that the copy may take the place of. */
  readonly ids: number[];
}

/** A new dblock, and the range of the ids of its blocks as that stands now. */
interface Target {
  readonly id: VolumeId;
  readonly moved: { first: number; last: number };
  readonly fresh: { first: number; last: number };
  freshLeft: number;
}

interface Copy {
  readonly freshId: number;
  readonly target: Target;
}

/**
 * The copies of blocks in new dblocks. A copy has a row of its own as long as the old dblock stays, so that
 * the database says at any moment what lies in each volume; when the old one goes, the row that versions
 * point to takes the place of the copy.
 */
export class BlockCopies {
  readonly #database: LocalDatabase;
  readonly #copies = new Map<number, Copy>();

  constructor(database: LocalDatabase) {
    this.#database = database;
  }

  /** Books what lies in a dblock that has arrived. */
  bookArrived(id: VolumeId, blocks: readonly CopiedBlock[]): void {
    const { blocks: rows, volumes } = this.#database;
    this.#database.transaction(() => {
      const first = rows.maxId() + 1;
      const fresh = { first, last: first + blocks.length - 1 };
      const moved = { first: Number.MAX_SAFE_INTEGER, last: 0 };
      const target: Target = { id, moved, fresh, freshLeft: blocks.length };
      for (const [index, { hash, sizeBytes, ids }] of blocks.entries()) {
        const freshId = first + index;
        rows.add(freshId, { hash, sizeBytes, volumeId: id });
        for (const old of ids) this.#copies.set(old, { freshId, target });
      }
      volumes.setBlocks(id, fresh);
    });
  }

  /**
   * Moves every needed block of a dblock to where its copy lies. Call it in the transaction that gives the
   * dblock up. Throws where a needed block has no copy: the last one is never given up.
   */
  replace(dblock: VolumeRow, { used }: BlockUsage): void {
    const { blocks, volumes } = this.#database;
    const targets = new Set<Target>();
    for (const { id } of [...blocks.ofVolume(dblock.id)]) {
      if (!used.has(id)) continue;
      const copy = this.#copies.get(id);
      if (copy === undefined)
        throw new Error(`block ${id} in '${dblock.name}' is needed and lies nowhere else`);
      this.#copies.delete(id);
      targets.add(copy.target);
      this.#take(id, copy);
    }
    for (const { id, moved, fresh, freshLeft } of targets)
      volumes.setBlocks(
        id,
        freshLeft === 0 ? moved : { first: Math.min(moved.first, fresh.first), last: fresh.last },
      );
  }

  #take(id: number, { freshId, target }: Copy): void {
    const { blocks } = this.#database;
    if (blocks.get(freshId) !== undefined) {
      blocks.drop(freshId);
      target.freshLeft--;
    }
    blocks.move(id, target.id);
    target.moved.first = Math.min(target.moved.first, id);
    target.moved.last = Math.max(target.moved.last, id);
  }
}
