import { toBase64 } from '../../base/index.ts';
import type { BlockRow, ContentReference, LocalDatabase, VolumeRow } from '../../database/index.ts';

/** What the versions need and no stored dblock holds. */
export interface Losses {
  /** How many blocks and contents; 0 for a backup in order. */
  readonly count: number;
  /** Ids of blocks without a place. */
  readonly blocks: ReadonlySet<number>;
  /** Whether a content or metadata lacks something. */
  readonly isLost: (reference: ContentReference) => boolean;
}

const NONE: Losses = { count: 0, blocks: new Set(), isLost: () => false };

/** Finds what is lost, as a rebuild of the database left it. Costs nothing unless a rebuild met losses. */
export function findLosses(database: LocalDatabase): Losses {
  if (database.configuration.get('blocks-lost') === undefined) return NONE;
  return lossesOf(database, unplacedIds(database));
}

/**
 * The same where further dblocks are known to be gone, which the database does not know yet. Blocks of them
 * that lie elsewhere too are not lost.
 */
export function findLossesWithout(database: LocalDatabase, gone: readonly VolumeRow[]): Losses {
  if (gone.length === 0) return findLosses(database);
  const { blocks } = database;
  const wanted = new Map<string, number[]>();
  for (const { id } of gone)
    for (const block of blocks.ofVolume(id)) {
      const ids = wanted.get(nameOf(block));
      if (ids === undefined) wanted.set(nameOf(block), [block.id]);
      else ids.push(block.id);
    }
  const goneIds = new Set(gone.map(({ id }) => id));
  for (const block of blocks.stored()) if (!goneIds.has(block.volumeId)) wanted.delete(nameOf(block));
  return lossesOf(database, new Set([...unplacedIds(database), ...[...wanted.values()].flat()]));
}

/** Equal blocks, and equal contents, have equal names. */
export function nameOf({ hash, sizeBytes }: Pick<BlockRow, 'hash' | 'sizeBytes'>): string {
  return `${toBase64(hash)} ${sizeBytes}`;
}

function unplacedIds({ blocks }: LocalDatabase): Set<number> {
  return new Set(Iterator.from(blocks.unplaced()).map(({ id }) => id));
}

function lossesOf({ contents }: LocalDatabase, lost: ReadonlySet<number>): Losses {
  const lostContents = new Set<number>();
  for (const content of contents.all()) {
    const lacksBlocks = content.blocks.length === 0 && content.sizeBytes > 0;
    if (lacksBlocks || content.blocks.some(has(lost)) || content.blocklists.some(has(lost)))
      lostContents.add(content.id);
  }
  return {
    count: lost.size + lostContents.size,
    blocks: lost,
    isLost: (reference) => (reference < 0 ? lost.has(-reference) : lostContents.has(reference)),
  };
}

function has(ids: ReadonlySet<number>): (id: number) => boolean {
  return (id) => ids.has(id);
}
