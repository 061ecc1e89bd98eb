import type { FilesetRow, VolumeId } from '../../database/index.ts';
import { planRetention, type RetentionPolicy } from '../../retention/index.ts';
import type { VersionDecision } from './result.ts';

/** A version with what becomes of it. */
export interface PlannedVersion extends VersionDecision {
  readonly fileset: FilesetRow;
}

export interface DeletionRules {
  readonly policy: RetentionPolicy;
  readonly nowMs: number;
  /** File lists that the destination refuses to delete. */
  readonly locked: ReadonlySet<VolumeId>;
}

/** Decides about all versions, given newest first. Only `run.ts` deletes anything. */
export function planDeletion(
  filesets: readonly FilesetRow[],
  { policy, nowMs, locked }: DeletionRules,
): PlannedVersion[] {
  const versions = filesets.map(({ timestamp, isFull }) => ({ timeMs: timestamp * 1000, isFull }));
  const decisions = planRetention(versions, policy, nowMs);
  return filesets.flatMap((fileset, version) => {
    const decision = decisions[version];
    if (decision === undefined) return [];
    const { timestamp, volumeId } = fileset;
    const isKept = decision.action === 'delete' && volumeId !== undefined && locked.has(volumeId);
    const { action, reason } = isKept ? LOCKED : decision;
    return [{ fileset, version, timestamp, action, reason }];
  });
}

const LOCKED = { action: 'keep', reason: 'locked' } as const;
