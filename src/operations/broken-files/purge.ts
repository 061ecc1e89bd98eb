import { BackupError, counted } from '../../base/index.ts';
import type { FilesetRow, ListedEntry, LocalDatabase } from '../../database/index.ts';
import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import { deleteVersions } from '../delete/run.ts';
import { findBroken } from '../heal-losses/find-broken.ts';
import { forgetLosses } from '../heal-losses/heal.ts';
import { findLosses } from '../heal-losses/losses.ts';
import { deleteGivenUp } from '../locks/delete-volume.ts';
import { mendVolumes } from '../mend-volumes/run.ts';
import type { Opened } from '../open-backup/open-backup.ts';
import { dropUnusedRows, rewriteVersion } from '../rewrite-versions/rewrite-version.ts';
import { findBlockUsage } from '../space/block-usage.ts';
import { type EmptyMetadata, provideEmptyMetadata } from './empty-metadata.ts';
import { lossesOf } from './list.ts';
import { type PlannedMending, planMending } from './plan.ts';
import type { MendedVersion, PurgeBrokenResult } from './result.ts';
import { tellDamaged } from './tell-damaged.ts';

export interface PurgeBrokenSettings {
  /** What becomes of an entry whose metadata alone is lost. */
  readonly lostMetadata: 'replace' | 'remove';
  readonly volumes: Omit<BlockVolumeSettings, 'format' | 'folder'>;
  readonly dryRun: boolean;
}

/**
 * Takes out of every version what cannot be restored any more, so that the rest is in order; versions of
 * which nothing is left are deleted. The backup is opened with losses accepted. Wherever the run ends, each
 * version is either as it was or as it shall be. Throws `all-versions-broken` rather than delete them all.
 */
export async function purgeBrokenFiles(
  opened: Opened,
  settings: PurgeBrokenSettings,
  context: OperationContext,
): Promise<PurgeBrokenResult> {
  const { database } = opened;
  tellDamaged(database, context.log);
  const losses = settings.dryRun ? lossesOf(opened) : findLosses(database);
  const plan = Iterator.from(findBroken(database, losses))
    .map((broken) => planMending(broken, settings.lostMetadata))
    .toArray();
  const doomed = plan.filter(({ action }) => action === 'delete').map(({ broken }) => broken.fileset);
  if (doomed.length > 0 && doomed.length === database.filesets.versions().length) throw allBroken(doomed);
  for (const planned of plan) tell(planned, settings.dryRun, context);
  if (!settings.dryRun && plan.length > 0) await carryOut(opened, plan, settings, context);
  return summarize(plan, settings.dryRun);
}

async function carryOut(
  opened: Opened,
  plan: readonly PlannedMending[],
  settings: PurgeBrokenSettings,
  context: OperationContext,
): Promise<void> {
  const { database } = opened;
  const volumes = { ...settings.volumes, format: opened.format, folder: opened.temporary.path };
  await mendVolumes(opened, volumes, context);
  const isEmptying = plan.some(({ action, emptied }) => action === 'rewrite' && emptied.length > 0);
  const empty = isEmptying ? await provideEmptyMetadata(opened, volumes) : undefined;
  for (const { broken, action, removed, emptied } of plan) {
    if (action === 'delete') continue;
    context.control.signal.throwIfAborted();
    // The list may have been stored again meanwhile, under another time.
    const fileset = database.filesets.get(broken.fileset.seq);
    const replaced = replacements(database, fileset, new Set(emptied), empty);
    await rewriteVersion(opened, { fileset, removed: new Set(removed), replaced }, volumes, context);
  }
  const doomed = plan.filter(({ action }) => action === 'delete').map(({ broken }) => broken.fileset);
  if (doomed.length > 0) await deleteVersions(opened, doomed, context);
  dropUnusedRows(database);
  database.transaction(() => {
    dropUnneededLosses(database);
    if (findLosses(database).count === 0) forgetLosses(database);
  });
  await deleteGivenUp(opened, context);
}

function replacements(
  { entries }: LocalDatabase,
  { seq }: FilesetRow,
  emptied: ReadonlySet<string>,
  empty: EmptyMetadata | undefined,
): Map<string, ListedEntry> {
  const replaced = new Map<string, ListedEntry>();
  if (empty === undefined || emptied.size === 0) return replaced;
  for (const entry of entries.listed({ seq }))
    if (emptied.has(entry.path)) replaced.set(entry.path, { ...entry, ...empty });
  return replaced;
}

/** Lost blocks that no version asks for any more. */
function dropUnneededLosses(database: LocalDatabase): void {
  const { used } = findBlockUsage(database);
  for (const { id } of [...database.blocks.unplaced()]) if (!used.has(id)) database.blocks.drop(id);
}

function tell(
  { broken, action, removed, emptied }: PlannedMending,
  dryRun: boolean,
  { log }: OperationContext,
): void {
  const { version, fileset } = broken;
  const which = `version ${version} of ${new Date(fileset.timestamp * 1000).toISOString()}`;
  const [deleting, removing] = dryRun ? ['Would delete', 'Would remove'] : ['Deleting', 'Removing'];
  log.write(
    dryRun ? 'dry-run' : 'information',
    'version-mended',
    action === 'delete'
      ? `${deleting} ${which}: nothing of it can be restored.`
      : `${removing} from ${which} what cannot be restored: ${removed.length}; with empty metadata from now on: ${emptied.length}.`,
  );
  for (const path of removed) log.write('verbose', 'entry-lost', `Lost from ${which}: '${path}'`);
}

function summarize(plan: readonly PlannedMending[], isDryRun: boolean): PurgeBrokenResult {
  const versions = plan.map(
    ({ broken, action, removed, emptied }): MendedVersion => ({
      version: broken.version,
      timestamp: broken.fileset.timestamp,
      action,
      removedEntries: removed.length,
      emptiedEntries: action === 'delete' ? 0 : emptied.length,
    }),
  );
  const deletedVersions = versions.filter(({ action }) => action === 'delete').length;
  return {
    versions,
    deletedVersions,
    rewrittenVersions: versions.length - deletedVersions,
    removedEntries: versions.reduce((sum, { removedEntries }) => sum + removedEntries, 0),
    isDryRun,
  };
}

function allBroken(versions: readonly FilesetRow[]): BackupError {
  return new BackupError(
    'all-versions-broken',
    `Nothing of the ${counted(versions.length, 'version')} of this backup can be restored, so none is deleted.`,
    {
      details: { versions: versions.length },
      hint: 'Nothing was changed. Bring the missing volumes back if you can, or begin a new backup at another place.',
    },
  );
}
