import type { FilesetRow, LocalDatabase, VolumeRow } from '../../database/index.ts';
import type { RetentionPolicy } from '../../retention/index.ts';
import { runAutoCompact } from '../compact/run-automatic.ts';
import type { AutoCompactSettings } from '../compact/settings.ts';
import type { OperationContext } from '../context.ts';
import { deleteVolume } from '../locks/delete-volume.ts';
import { findLocked } from '../locks/find-locked.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { forgetVersions } from './forget-versions.ts';
import { type PlannedVersion, planDeletion } from './plan.ts';
import type { DeleteResult, VersionDecision } from './result.ts';

export interface DeleteSettings {
  readonly policy: RetentionPolicy;
  readonly dryRun: boolean;
  /** How space is reclaimed afterwards. Default: it is not. */
  readonly compact?: AutoCompactSettings | undefined;
}

/**
 * Deletes the versions that the policy names. What is decided is on disk before the first file list is
 * deleted at the destination, so a run that ends in between is finished by the next one. Only file lists are
 * deleted, unless the compaction that follows finds space worth reclaiming.
 */
export async function runDelete(
  opened: OpenedBackup,
  { policy, dryRun, compact }: DeleteSettings,
  context: OperationContext,
): Promise<DeleteResult> {
  const { database } = opened;
  const versions = database.filesets.versions();
  const locked = await findLocked(listsOf(database, versions), { ...opened, clock: context.clock });
  const plan = planDeletion(versions, { policy, nowMs: context.clock.now(), locked });
  tellPlan(plan, dryRun, context);
  const doomed = plan.filter(({ action }) => action === 'delete');
  if (!dryRun && doomed.length > 0)
    await deleteVersions(
      opened,
      doomed.map(({ fileset }) => fileset),
      context,
    );
  const isCompacted = !dryRun && compact !== undefined && !context.control.isStopping();
  return {
    versions: plan.map(({ fileset: _, ...decision }) => decision),
    deletedVersions: doomed.length,
    compact: isCompacted ? await runAutoCompact(opened, compact, context) : undefined,
    isDryRun: dryRun,
  };
}

/** Takes versions out of the database and deletes their file lists. */
export async function deleteVersions(
  { database, remote }: OpenedBackup,
  doomed: readonly FilesetRow[],
  { report, log, clock }: OperationContext,
): Promise<void> {
  const lists = forgetVersions(database, doomed);
  for (const [filesDone, { id, name }] of lists.entries()) {
    report({
      phase: 'deleting',
      filesDone,
      filesTotal: lists.length,
      bytesDone: 0,
      bytesTotal: undefined,
      current: name,
    });
    await deleteVolume(id, { remote, database, log, clock });
  }
}

function listsOf({ volumes }: LocalDatabase, versions: readonly FilesetRow[]): VolumeRow[] {
  return versions.flatMap(({ volumeId }) => (volumeId === undefined ? [] : [volumes.get(volumeId)]));
}

const REASONS: Readonly<Record<VersionDecision['reason'], string>> = {
  locked: 'the destination locks its file list',
  'not-affected': 'nothing asks for its deletion',
  'last-version': 'it would be the last one to go, which only --allow-full-removal permits',
  chosen: 'asked for by number',
  'too-old': 'older than the time to keep',
  surplus: 'there are enough newer versions',
  'thinned-out': 'too close to a version that stays',
  'outside-all-frames': 'older than every frame of the retention policy',
};

function tellPlan(plan: readonly PlannedVersion[], dryRun: boolean, { log }: OperationContext): void {
  for (const { version, timestamp, action, reason } of plan) {
    const which = `version ${version} of ${new Date(timestamp * 1000).toISOString()}`;
    const why = REASONS[reason];
    if (reason === 'last-version' || reason === 'locked')
      log.write('warning', reason, `Keeping ${which}: ${why}.`);
    else if (dryRun)
      log.write(
        'dry-run',
        'version-planned',
        `${action === 'delete' ? 'Would delete' : 'Would keep'} ${which}: ${why}.`,
      );
    else if (action === 'delete') log.write('information', 'version-deleted', `Deleting ${which}: ${why}.`);
  }
}
