import type { VolumeFault } from './result.ts';

/** Enough to see what is wrong; a lost volume could name millions of blocks. */
const NAMED_FAULTS = 20;

/** Counts the faults of one volume and keeps the first. */
export class FaultList {
  readonly faults: VolumeFault[] = [];
  count = 0;
  hasError = false;
  /** True where it is certain that the volume is not what it should be. */
  isProven = false;

  add(kind: VolumeFault['kind'], subject: string): void {
    this.count++;
    this.hasError ||= kind !== 'extra';
    this.isProven ||= kind !== 'extra' && kind !== 'unreadable';
    if (this.faults.length < NAMED_FAULTS) this.faults.push({ kind, subject });
  }
}
