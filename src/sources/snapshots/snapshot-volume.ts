import type { Mount } from './mounts.ts';

/** A part of the tree that can be held still as a whole. */
export interface SnapshotVolume {
  /** Where it is seen in the tree; ends in `/`. */
  readonly folder: string;
  /** Parts of their own inside, which a snapshot of this one shows empty; each ends in `/`. */
  readonly inner: readonly string[];
  /** Removes snapshots of processes that are gone. Gives their names. Throws `snapshot-failed`. */
  clearLeftovers(): readonly string[];
  /** Takes a snapshot. Throws `snapshot-failed`, and leaves nothing then. */
  take(name: string): TakenSnapshot;
}

export interface TakenSnapshot {
  /** Where the state of `folder` is seen; ends in `/`. */
  readonly folder: string;
  /** Removes the snapshot. Throws `snapshot-failed`. */
  release(): void;
}

/**
 * The volume of one kind that holds `path`; `undefined` where the mount is of another kind. Throws
 * `snapshot-failed` where its tools do.
 */
export type FindVolume = (path: string, mount: Mount) => SnapshotVolume | undefined;
