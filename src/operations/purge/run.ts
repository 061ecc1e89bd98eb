import { counted } from '../../base/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import { runAutoCompact } from '../compact/run-automatic.ts';
import type { AutoCompactSettings } from '../compact/settings.ts';
import type { OperationContext } from '../context.ts';
import { mendVolumes } from '../mend-volumes/run.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { storeInterruptedVersion } from '../recover-interrupted/store-version.ts';
import { dropUnusedRows, rewriteVersion } from '../rewrite-versions/rewrite-version.ts';
import { type PlannedPurge, planPurge } from './plan.ts';
import type { PurgedVersion, PurgeResult } from './result.ts';

export interface PurgeSettings {
  /**
   * The numbers of the versions to look into, 0 the newest. `all`: also what an interrupted run left, which
   * becomes a version first, or is given up.
   */
  readonly versions: readonly number[] | 'all';
  readonly synthetic: 'make' | 'drop';
  /** True for the paths that go. */
  readonly accept: (path: string) => boolean;
  readonly volumes: Omit<BlockVolumeSettings, 'format' | 'folder'>;
  /** What follows; `undefined`: space is not reclaimed. */
  readonly compact?: AutoCompactSettings | undefined;
  readonly dryRun: boolean;
}

/**
 * Takes paths out of versions as if they had never been stored there. Version by version, the oldest first; a
 * run that ends early has changed the ones before and none by half, and the same command goes on. A file that
 * is still in the source comes back with the next backup.
 */
export async function runPurge(
  opened: OpenedBackup,
  settings: PurgeSettings,
  context: OperationContext,
): Promise<PurgeResult> {
  const { database } = opened;
  const volumes = { ...settings.volumes, format: opened.format, folder: opened.temporary.path };
  if (!settings.dryRun) await finishEarlierRun(opened, volumes, settings, context);
  const versions = settings.versions === 'all' ? [...database.filesets.versions().keys()] : settings.versions;
  const done: PurgedVersion[] = [];
  let isComplete = true;
  for (const planned of planPurge(database, versions, settings.accept)) {
    context.control.signal.throwIfAborted();
    if (context.control.isStopping()) {
      isComplete = false;
      break;
    }
    const { fileset, paths, ...purged } = planned;
    tell(planned, { versionsDone: done.length, versions: versions.length }, settings.dryRun, context);
    if (!settings.dryRun)
      await rewriteVersion(opened, { fileset, removed: paths, replaced: new Map() }, volumes, context);
    done.push(purged);
  }
  if (!settings.dryRun && done.length > 0) dropUnusedRows(database);
  const isCompacted = !settings.dryRun && isComplete && done.length > 0 && settings.compact !== undefined;
  return {
    versions: done,
    removedEntries: done.reduce((sum, { removedEntries }) => sum + removedEntries, 0),
    removedBytes: done.reduce((sum, { removedBytes }) => sum + removedBytes, 0),
    compact: isCompacted ? await runAutoCompact(opened, settings.compact, context) : undefined,
    isComplete,
    isDryRun: settings.dryRun,
  };
}

async function finishEarlierRun(
  opened: OpenedBackup,
  volumes: BlockVolumeSettings,
  { versions, synthetic }: PurgeSettings,
  context: OperationContext,
): Promise<void> {
  if (versions === 'all') await storeInterruptedVersion(opened, { volumes, synthetic }, context.log);
  await mendVolumes(opened, volumes, context);
}

function tell(
  { version, timestamp, paths }: PlannedPurge,
  { versionsDone, versions }: { readonly versionsDone: number; readonly versions: number },
  dryRun: boolean,
  { log, report }: OperationContext,
): void {
  const which = `version ${version} of ${new Date(timestamp * 1000).toISOString()}`;
  const count = counted(paths.size, 'entry', 'entries');
  if (dryRun) {
    log.write('dry-run', 'version-planned', `Would remove ${count} from ${which}.`);
    for (const path of paths) log.write('verbose', 'entry-planned', `Would remove '${path}' from ${which}.`);
    return;
  }
  log.write('information', 'version-purged', `Removing ${count} from ${which}.`);
  report({
    phase: 'deleting',
    filesDone: versionsDone,
    filesTotal: versions,
    bytesDone: 0,
    bytesTotal: undefined,
    current: which,
  });
}
