import type { VolumeRow } from '../../database/index.ts';
import type { VolumeSpace } from '../space/block-usage.ts';

/** When volumes are worth rewriting. */
export interface CompactRules {
  /** Percentage of wasted space from which a volume, and the backup as a whole, counts as wasteful. */
  readonly thresholdPercent: number;
  /** Up to this size at the destination a dblock counts as small. */
  readonly smallFileBytes: number;
  /** So many small dblocks may stay. */
  readonly smallFileMaxCount: number;
  /** The size that new dblocks have. */
  readonly dblockSizeBytes: number;
  readonly blocksizeBytes: number;
}

/** Why volumes are rewritten. */
export type CompactReason = 'wasted-space' | 'small-volumes-size' | 'small-volumes-count';

export interface CompactPlan {
  /** Nothing in them is needed: they are deleted. */
  readonly unused: readonly VolumeSpace[];
  /** Their blocks go into new dblocks; then they are deleted. */
  readonly rewritten: readonly VolumeSpace[];
  /** Why; empty where nothing is rewritten. */
  readonly reasons: readonly CompactReason[];
  /** What the decision rests on. */
  readonly figures: CompactFigures;
}

export interface CompactFigures {
  readonly volumes: number;
  /** Bytes of all blocks before compression, and of those that no version needs. */
  readonly blockBytes: number;
  readonly wastedBytes: number;
  readonly wastefulVolumes: number;
  readonly smallVolumes: number;
  readonly smallBytes: number;
}

/**
 * Decides which dblocks go and which are rewritten (operations reference 6.1). Once one reason holds, all
 * that are wasteful or small are rewritten together. Unlike Duplicati, which waits for a second one, a single
 * wasteful volume is enough where it holds a large share of everything: a backup of few volumes would stay
 * wasteful for ever.
 */
export function planCompaction(spaces: readonly VolumeSpace[], rules: CompactRules): CompactPlan {
  const unused = spaces.filter(({ usedBytes }) => usedBytes === 0);
  const needed = spaces.filter(({ usedBytes }) => usedBytes > 0);
  const wasteful = needed.filter((space) => isWasteful(space, rules));
  const small = needed.filter(({ volume }) => isSmall(volume, rules));
  const figures: CompactFigures = {
    volumes: spaces.length,
    blockBytes: sum(spaces, (space) => space.usedBytes + space.wastedBytes),
    wastedBytes: sum(spaces, (space) => space.wastedBytes),
    wastefulVolumes: wasteful.length,
    smallVolumes: small.length,
    smallBytes: sum(small, ({ volume }) => volume.sizeBytes),
  };
  const reasons = [
    ...(isWasteWorthIt(wasteful, needed, rules) ? (['wasted-space'] as const) : []),
    ...smallReasons(figures, rules),
  ];
  const chosen = new Set([...wasteful, ...small]);
  return {
    unused,
    rewritten: reasons.length === 0 ? [] : needed.filter((space) => chosen.has(space)),
    reasons,
    figures,
  };
}

/** The reasons that can be seen without counting blocks. */
export function findSmallReasons(volumes: readonly VolumeRow[], rules: CompactRules): CompactReason[] {
  const small = volumes.filter((volume) => isSmall(volume, rules));
  return smallReasons(
    { smallVolumes: small.length, smallBytes: sum(small, ({ sizeBytes }) => sizeBytes) },
    rules,
  );
}

function smallReasons(
  { smallVolumes, smallBytes }: Pick<CompactFigures, 'smallVolumes' | 'smallBytes'>,
  rules: CompactRules,
): CompactReason[] {
  return [
    ...(smallBytes > rules.dblockSizeBytes ? (['small-volumes-size'] as const) : []),
    ...(smallVolumes > Math.max(1, rules.smallFileMaxCount) ? (['small-volumes-count'] as const) : []),
  ];
}

/** A volume that was filled is not small, whatever the options say: it would be rewritten for ever. */
function isSmall({ sizeBytes }: VolumeRow, rules: CompactRules): boolean {
  const filledBytes = rules.dblockSizeBytes - rules.blocksizeBytes;
  return sizeBytes >= 0 && sizeBytes <= Math.min(rules.smallFileBytes, filledBytes);
}

/** Measured by its own content, and by the size that a volume should have, for those that are larger. */
function isWasteful({ usedBytes, wastedBytes }: VolumeSpace, rules: CompactRules): boolean {
  if (wastedBytes === 0) return false;
  const share = wastedBytes / Math.min(usedBytes + wastedBytes, rules.dblockSizeBytes);
  return share * 100 >= rules.thresholdPercent;
}

/** Compared with what will be left: unused volumes go in any case. */
function isWasteWorthIt(
  wasteful: readonly VolumeSpace[],
  needed: readonly VolumeSpace[],
  { thresholdPercent }: CompactRules,
): boolean {
  if (wasteful.length === 0) return false;
  const blockBytes = sum(needed, (space) => space.usedBytes + space.wastedBytes);
  return (sum(wasteful, ({ wastedBytes }) => wastedBytes) / blockBytes) * 100 >= thresholdPercent;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
