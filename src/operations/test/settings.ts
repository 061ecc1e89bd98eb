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
  /** The kinds of volumes that are looked into; of the others only length and hash of the remote file are compared. */
  readonly opened: readonly VolumeKind[];
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

/** What the options say about a test of `samples` volumes; `random` gives numbers from 0 up to 1. */
export function readTestSettings(
  settings: ProgramSettings,
  samples: number | 'all',
  random: () => number,
): TestSettings {
  const verification = settings.get('full-remote-verification');
  return {
    samples,
    kinds: KINDS[verification],
    opened: verification === 'False' ? [] : KINDS[verification],
    blockShare: settings.get('full-block-verification') ? 1 : USUAL_BLOCK_SHARE,
    faultyIndexes: settings.get('dont-replace-faulty-index-files') ? 'keep' : 'replace',
    random,
  };
}

/**
 * What the samples after a backup are tested for. A list whose hash is right says what the database said when
 * it was written; to compare all its entries again would take longer than the rest of an unchanged backup, so
 * that is left to `test`, unless it is asked for.
 */
export function readSampleSettings(settings: ProgramSettings, random: () => number): TestSettings {
  const testing = readTestSettings(settings, 0, random);
  if (settings.isGiven('full-remote-verification')) return testing;
  return { ...testing, opened: testing.opened.filter((kind) => kind !== 'dlist') };
}
