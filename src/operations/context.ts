import type { Clock, Log, RunControl } from '../base/index.ts';

/** What an operation is doing, in the order in which a run comes to it. */
export type Phase =
  | 'opening'
  | 'listing'
  | 'rebuilding'
  | 'scanning'
  | 'backing-up'
  | 'uploading'
  | 'verifying'
  | 'planning'
  | 'restoring'
  | 'deleting'
  | 'compacting'
  | 'done';

/**
 * How far an operation is. Totals are `undefined` until they are known; all sums of bytes are of source bytes
 * unless the phase uploads.
 */
export interface Progress {
  readonly phase: Phase;
  readonly filesDone: number;
  readonly filesTotal: number | undefined;
  readonly bytesDone: number;
  readonly bytesTotal: number | undefined;
  /** What is worked on just now: a path or a volume. */
  readonly current: string | undefined;
}

/** What every operation is given: where to report, and what may end it. */
export interface OperationContext {
  readonly log: Log;
  readonly control: RunControl;
  readonly clock: Clock;
  readonly report: (progress: Progress) => void;
}
