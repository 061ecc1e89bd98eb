import { AbortedByUser, BackupError, counted, errorCode, errorMessage, pool } from '../../base/index.ts';
import type { RemoteFile } from '../../destinations/index.ts';
import type { Remote } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import { copyFile, isSameContent, type Ways } from './copy-file.ts';
import {
  findUnproven,
  newestVersion,
  type PlannedCopy,
  planSynchronization,
  type SynchronizePlan,
} from './plan.ts';
import { emptySynchronizeResult, type SynchronizeResult } from './result.ts';
import type { SynchronizeSettings } from './settings.ts';

/** From where to where. */
export interface SynchronizeEnds {
  readonly source: Remote;
  readonly target: Remote;
}

/**
 * Makes the target hold what the source holds. Data go before the indexes and lists that speak of them, so
 * that whatever moment it ends at, every version of the target can be restored; nothing is removed before a
 * fresh listing of the target shows every file of the source. What an earlier run left unfinished is seen by
 * its length and copied again. Throws `sync-source-empty`, `sync-target-newer`, `sync-incomplete`, and what
 * the destinations throw.
 */
export async function runSynchronize(
  { source, target }: SynchronizeEnds,
  settings: SynchronizeSettings,
  context: OperationContext,
): Promise<SynchronizeResult> {
  const result = emptySynchronizeResult(settings.isDryRun);
  const sourceFiles = await source.list();
  const targetFiles = await listTarget(target, settings);
  checkDirection(sourceFiles, targetFiles, settings);
  const plan = planSynchronization(sourceFiles, targetFiles, settings.copies);
  const ways = { source, target, newTemporaryPath: settings.newTemporaryPath };
  const { equal, different } = await compareContents(plan, ways, settings);
  const copies = [...plan.copies, different];
  result.unchangedFiles = equal;
  result.foreignFiles = plan.foreignFiles;
  await copyAll(copies, { ways, settings, result, context });
  if (plan.extras.length === 0) return result;
  if (!settings.isDryRun && settings.extras !== 'leave') await prove(sourceFiles, target);
  await removeExtras(plan.extras, { target, settings, result, context });
  return result;
}

/** A dry run creates no folder; one that is not there is empty. */
async function listTarget(target: Remote, { isDryRun }: SynchronizeSettings): Promise<readonly RemoteFile[]> {
  try {
    return await target.list();
  } catch (error) {
    if (isDryRun && errorCode(error) === 'destination-folder-missing') return [];
    throw error;
  }
}

/** A source that is not mounted, and ends that were mixed up, are the two mistakes that would cost a backup. */
function checkDirection(
  source: readonly RemoteFile[],
  target: readonly RemoteFile[],
  { copies }: SynchronizeSettings,
): void {
  const [newest, other] = [newestVersion(source), newestVersion(target)];
  if (source.length === 0 || (newest === undefined && other !== undefined)) {
    throw new BackupError('sync-source-empty', 'The source holds no version of a backup.', {
      hint: 'Nothing was changed. Check that the source is mounted and spelled right, and which of the two comes first.',
    });
  }
  if (newest === undefined || other === undefined || newest >= other || copies === 'all') return;
  throw new BackupError(
    'sync-target-newer',
    `The target holds a version of ${new Date(other).toISOString()}, and the newest one of the source is of ${new Date(newest).toISOString()}.`,
    {
      details: { sourceTime: newest, targetTime: other },
      hint: 'Nothing was changed. Check which of the two comes first; --force goes on in spite of it.',
    },
  );
}

/**
 * With `comparesContents`: reads files that look equal on both sides. Counts those that are, and plans copies
 * of the others.
 */
async function compareContents(
  { equal }: SynchronizePlan,
  ways: Ways,
  { comparesContents, parallelCopies }: SynchronizeSettings,
): Promise<{ readonly equal: number; readonly different: readonly PlannedCopy[] }> {
  const different: PlannedCopy[] = [];
  if (comparesContents)
    await pool(parallelCopies, equal, async (file) => {
      if (!(await isSameContent(ways, file.name))) different.push({ file, replaces: true });
    });
  return { equal: equal.length - different.length, different };
}

/** What is copied by then stays, and is found by the next run. */
function endIfStopped({ control }: OperationContext): void {
  control.signal.throwIfAborted();
  if (control.isStopping()) throw new AbortedByUser();
}

interface CopyRun {
  readonly ways: Ways;
  readonly settings: SynchronizeSettings;
  readonly result: SynchronizeResult;
  readonly context: OperationContext;
}

async function copyAll(groups: readonly (readonly PlannedCopy[])[], run: CopyRun): Promise<void> {
  const all = groups.flat();
  const filesTotal = all.length;
  const bytesTotal = all.reduce((sum, { file }) => sum + Math.max(0, file.sizeBytes), 0);
  const { result, context, settings } = run;
  for (const group of groups) {
    await pool(settings.parallelCopies, group, async (copy) => {
      endIfStopped(context);
      context.report({
        phase: 'uploading',
        filesDone: result.copiedFiles,
        filesTotal,
        bytesDone: result.copiedBytes,
        bytesTotal,
        current: copy.file.name,
      });
      await copyOne(copy, run);
    });
  }
}

async function copyOne(
  { file, replaces }: PlannedCopy,
  { ways, settings, result, context }: CopyRun,
): Promise<void> {
  const { name } = file;
  if (settings.isDryRun) {
    context.log.write('dry-run', 'sync-copy', `Would copy ${name}, ${counted(file.sizeBytes, 'byte')}.`);
    result.copiedBytes += Math.max(0, file.sizeBytes);
  } else {
    const setsAside = replaces && settings.extras === 'rename';
    result.copiedBytes += await copyFile(ways, file, { readsBack: settings.readsBack, setsAside });
    context.log.write('verbose', 'sync-copied', `Copied ${name}.`);
  }
  result.copiedFiles++;
  if (replaces) result.replacedFiles++;
}

/** Looks at the target once more: nothing may go before everything has come. */
async function prove(source: readonly RemoteFile[], target: Remote): Promise<void> {
  const unproven = findUnproven(source, await target.list());
  if (unproven.length === 0) return;
  throw new BackupError(
    'sync-incomplete',
    `The target does not list ${unproven.length} of the files that were stored there, such as '${unproven[0] ?? ''}'.`,
    {
      details: { names: unproven.slice(0, 20) },
      hint: 'Nothing was removed from the target. Run it again; storages may show new files late.',
      retryable: true,
    },
  );
}

interface Removal {
  readonly target: Remote;
  readonly settings: SynchronizeSettings;
  readonly result: SynchronizeResult;
  readonly context: OperationContext;
}

async function removeExtras(names: readonly string[], removal: Removal): Promise<void> {
  const { settings, result, context } = removal;
  if (settings.extras === 'leave') {
    result.remainingFiles += names.length;
    context.log.write(
      'warning',
      'sync-extras-left',
      `The target keeps ${counted(names.length, 'file')} that the source no longer has; --confirm lets them go.`,
    );
    return;
  }
  for (const name of names) {
    endIfStopped(context);
    if (settings.isDryRun) context.log.write('dry-run', 'sync-remove', `Would remove ${name}.`);
    else await removeOne(name, removal);
  }
  if (settings.isDryRun) result.removedFiles = names.length;
}

/** What the storage refuses to give up, as a lock makes it do, stays for a later run. */
async function removeOne(name: string, { target, result, context }: Removal): Promise<void> {
  try {
    await target.delete(name);
    result.removedFiles++;
    context.log.write('verbose', 'sync-removed', `Removed ${name}.`);
  } catch (error) {
    if (errorCode(error) !== 'destination-refused') throw error;
    result.remainingFiles++;
    context.log.write('warning', 'sync-not-removed', `'${name}' stays at the target: ${errorMessage(error)}`);
  }
}
