import type { ContentReference, LocalDatabase } from '../../database/index.ts';

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
export function findLosses({ configuration, blocks, contents }: LocalDatabase): Losses {
  if (configuration.get('blocks-lost') === undefined) return NONE;
  const lost = new Set<number>();
  for (const { id } of blocks.unplaced()) lost.add(id);
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
