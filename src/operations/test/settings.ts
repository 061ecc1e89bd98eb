import type { VolumeKind } from '../../database/index.ts';
import type { ProgramSettings } from '../../options/index.ts';

/** What a test reads from the options. */
export interface TestSettings {
  /** How many volumes of each kind. */
  readonly samples: number | 'all';
  /** `leave-out`: dblocks that are known to be damaged are not read once more. Default: they may be. */
  readonly knownDamage?: 'leave-out';
  /** The kinds that are tested. */
  readonly kinds: readonly VolumeKind[];
  /** `bytes`: only length and hash of the remote file; `content`: what is in it too. */
  readonly depth: 'bytes' | 'content';
  /** How much of the blocks of a dblock is hashed, from 0 to 1. */
  readonly blockShare: number;
  /** Whether a faulty dindex is given up, so that it is written anew. */
  readonly faultyIndexes: 'replace' | 'keep';
  /** Numbers in [0, 1), for choosing volumes and blocks. */
  readonly random: () => number;
}

/** Hashing a fifth of the blocks finds a fault that spreads, for a fifth of the time. */
const USUAL_BLOCK_SHARE = 0.2;

const KINDS = {
  True: ['dlist', 'dindex', 'dblock'],
  False: ['dlist', 'dindex', 'dblock'],
  ListAndIndexes: ['dlist', 'dindex'],
  IndexesOnly: ['dindex'],
} as const satisfies Record<string, readonly VolumeKind[]>;

export function readTestSettings(
  settings: ProgramSettings,
  samples: number | 'all',
  random: () => number,
): TestSettings {
  const verification = settings.get('full-remote-verification');
  return {
    samples,
    kinds: KINDS[verification],
    depth: verification === 'False' ? 'bytes' : 'content',
    blockShare: settings.get('full-block-verification') ? 1 : USUAL_BLOCK_SHARE,
    faultyIndexes: settings.get('dont-replace-faulty-index-files') ? 'keep' : 'replace',
    random,
  };
}
