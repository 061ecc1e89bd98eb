import { counted } from '../../base/index.ts';
import type { LocalDatabase } from '../../database/index.ts';
import { runAutoCompact } from '../compact/run-automatic.ts';
import type { OperationContext } from '../context.ts';
import { runDelete } from '../delete/run.ts';
import { type LockResult, setLocks } from '../locks/set-locks.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { runTest } from '../test/run.ts';
import { applyListing } from '../verify-listing/apply.ts';
import { listVolumes } from '../verify-listing/list-volumes.ts';
import { type ListingPlan, planListing } from '../verify-listing/plan.ts';
import type { BackupSettings } from './backup-settings.ts';
import type { BackupResult } from './result.ts';

/**
 * What follows a stored version: older ones go as retention says, space is reclaimed where that is worth it,
 * the destination is listed again, and samples of it are read back. A partial version lets no other go.
 */
export async function concludeBackup(
  opened: OpenedBackup,
  settings: BackupSettings,
  result: BackupResult,
  context: OperationContext,
): Promise<void> {
  result.locks = await lockNewest(opened, settings, result, context);
  if (settings.retention !== undefined && !result.isPartial) {
    const deletion = { policy: settings.retention, dryRun: settings.dryRun, compact: undefined };
    const { versions, deletedVersions } = await runDelete(opened, deletion, context);
    Object.assign(result, { retention: versions, deletedVersions });
  }
  // A run that changed nothing uploads nothing either, whatever an earlier program or run left worth reclaiming.
  const hasChanged = result.versionTime !== undefined || result.deletedVersions > 0;
  if (hasChanged && settings.compact !== undefined && !result.isPartial && !context.control.isStopping())
    result.compact = await runAutoCompact(opened, settings.compact, context);
  if (settings.lastListing === 'skip' || context.control.isStopping()) return;
  await checkListing(opened, context);
  const samples = sampleCount(opened.database, settings);
  if (samples > 0)
    result.test = await runTest(
      { ...opened, listing: undefined },
      { ...settings.testing, samples, knownDamage: 'leave-out' },
      context,
    );
}

/** Locks the volumes of the version that was stored, those of earlier runs included that it needs. */
async function lockNewest(
  opened: OpenedBackup,
  { lockDurationMs }: BackupSettings,
  { versionTime }: BackupResult,
  context: OperationContext,
): Promise<LockResult | undefined> {
  const [newest] = opened.database.filesets.versions();
  if (lockDurationMs === undefined || versionTime === undefined || newest === undefined) return undefined;
  return setLocks(opened, { versions: [newest], untilMs: context.clock.now() + lockDurationMs }, context);
}

/**
 * Books what is there. What is not is only told here: the next run decides about it, when no listing can lag
 * behind any more.
 */
async function checkListing(opened: OpenedBackup, { log, clock }: OperationContext): Promise<void> {
  const { remote, database, target } = opened;
  const listing = await listVolumes(remote, target.prefix);
  const plan = planListing(database.volumes.all(), listing.volumes);
  const seen: ListingPlan = { ...plan, arrived: [], leftovers: [], gone: [], damaged: [], missing: [] };
  await applyListing(seen, { remote, database, log, clock });
  for (const { name } of plan.missing)
    log.write('error', 'volume-missing', `'${name}' was stored, and the destination does not list it.`);
  for (const { volume, listedBytes } of plan.damaged)
    log.write(
      'error',
      'volume-damaged',
      `The destination lists '${volume.name}' with ${listedBytes} bytes instead of ${volume.sizeBytes}.`,
    );
  if (plan.unknown.length > 0)
    log.write(
      'warning',
      'volume-unknown',
      `The destination holds ${counted(plan.unknown.length, 'volume')} that this run did not store, first: '${plan.unknown[0]?.name}'.`,
    );
}

/**
 * Sets of samples: so many as asked for, or the share of the volumes of the kind that has most of them. None
 * where there is nothing to test.
 */
function sampleCount(database: LocalDatabase, { samples, testing }: BackupSettings): number {
  const counts = (['dlist', 'dindex', 'dblock'] as const).map((kind) => ({
    kind,
    stored: database.volumes.stored(kind).length,
  }));
  if (!counts.some(({ kind, stored }) => stored > 0 && testing.kinds.includes(kind))) return 0;
  const most = Math.max(...counts.map(({ stored }) => stored));
  return Math.max(samples.count, Math.round((most * samples.percent) / 100));
}
