import type { VolumeKind } from '../../database/index.ts';
import type { TestCoverage } from './coverage.ts';

/**
 * One thing that is wrong with a volume. `unreadable`: it could not be fetched or opened, which may pass;
 * `damaged`: its bytes are not what was stored; `missing`, `modified`: what it holds is not what the database
 * knows; `extra`: it holds more than that, which harms nothing.
 */
export interface VolumeFault {
  readonly kind: 'unreadable' | 'damaged' | 'missing' | 'modified' | 'extra';
  /** What it is about: an entry of the volume, a path, a sentence. */
  readonly subject: string;
}

/** A tested volume that is not as it should be. */
export interface FaultyVolume {
  readonly name: string;
  readonly kind: VolumeKind;
  /** How many faults there are; the first of them follow. */
  readonly faultCount: number;
  readonly faults: readonly VolumeFault[];
  /** False where there is nothing but extras. */
  readonly isError: boolean;
}

/** What a test found. */
export interface TestResult {
  readonly testedVolumes: number;
  /** Blocks whose bytes were hashed. */
  readonly hashedBlocks: number;
  /** Volumes that are damaged or lost, and those with extras. */
  readonly faultyVolumes: readonly FaultyVolume[];
  /** True where a volume is damaged or lost. */
  readonly hasErrors: boolean;
  /** What tests have covered up to now, this one included. */
  readonly coverage: TestCoverage;
}
