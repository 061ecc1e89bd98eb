import type { FilesetRow } from '../../database/index.ts';
import { planRetention, type RetentionPolicy } from '../../retention/index.ts';
import type { VersionDecision } from './result.ts';

/** A version with what becomes of it. */
export interface PlannedVersion extends VersionDecision {
  readonly fileset: FilesetRow;
}

/** Decides about all versions, given newest first. Only `run.ts` deletes anything. */
export function planDeletion(
  filesets: readonly FilesetRow[],
  policy: RetentionPolicy,
  nowMs: number,
): PlannedVersion[] {
  const versions = filesets.map(({ timestamp, isFull }) => ({ timeMs: timestamp * 1000, isFull }));
  const decisions = planRetention(versions, policy, nowMs);
  return filesets.flatMap((fileset, version) => {
    const decision = decisions[version];
    if (decision === undefined) return [];
    const { action, reason } = decision;
    return [{ fileset, version, timestamp: fileset.timestamp, action, reason }];
  });
}
