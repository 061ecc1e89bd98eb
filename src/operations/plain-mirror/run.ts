import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { BackupError, counted, errorCode, errorMessage, pool } from '../../base/index.ts';
import { Inventory } from '../../database/index.ts';
import { folderUrl } from '../../destinations/index.ts';
import type { OperationContext } from '../context.ts';
import { openEnd } from '../synchronize/open-end.ts';
import { type CollectedFiles, collectFiles, type MirroredFile } from './collect-files.ts';
import { hashFile, isCurrent, type MirrorFolder, pathIn } from './folder-state.ts';
import { emptyMirrorResult, type PlainMirrorResult } from './result.ts';
import type { PlainMirrorSettings } from './settings.ts';

/**
 * Stores new and changed files of the sources one to one, folder by folder, and with `deletes` removes what
 * the sources no longer have. Each change is noted before it is made and after it, so that a run which ends
 * in between is known to have done so, and the file is stored again. A file that cannot be stored is told,
 * and the others are.
 */
export async function runPlainMirror(
  given: PlainMirrorSettings,
  context: OperationContext,
): Promise<PlainMirrorResult> {
  mkdirSync(dirname(given.inventoryPath), { recursive: true, mode: 0o700 });
  using inventory = Inventory.open(given.inventoryPath);
  const { log } = context;
  const interrupted = inventory.clearIntents();
  if (interrupted > 0)
    log.write(
      'warning',
      'sync-interrupted',
      `An earlier run ended while it stored ${counted(interrupted, 'file')}, which this one stores again.`,
    );
  // Nothing remembered is no knowledge.
  const state = given.state === 'remembered' && inventory.isEmpty ? 'listed' : given.state;
  const settings = { ...given, state };
  const result = emptyMirrorResult(settings.isDryRun);
  const collected = collectFiles(settings.selection, context);
  result.skippedFiles = collected.skippedFiles;
  const run: MirrorRun = { settings, inventory, context, result };
  const mayDelete = checkDeletion(collected, run);
  for (const [path, files] of collected.folders) {
    if (context.control.isStopping()) break;
    await mirrorFolder(path, files, mayDelete, run);
  }
  if (mayDelete && !context.control.isStopping()) await deleteRemembered(collected, run);
  return result;
}

interface MirrorRun {
  readonly settings: PlainMirrorSettings;
  readonly inventory: Inventory;
  readonly context: OperationContext;
  readonly result: PlainMirrorResult;
}

/** What is not seen may only be out of sight. */
function checkDeletion({ folders, hasGaps }: CollectedFiles, { settings, context }: MirrorRun): boolean {
  if (!settings.deletes) return false;
  const obstacle =
    settings.state === 'unknown'
      ? 'everything is stored without a look at the mirror'
      : hasGaps
        ? 'a part of the source could not be read'
        : folders.size === 0
          ? 'the source has no files; it may not be mounted'
          : undefined;
  if (obstacle === undefined) return true;
  context.log.write('warning', 'sync-deletes-nothing', `Nothing is removed from the mirror: ${obstacle}.`);
  return false;
}

async function mirrorFolder(
  path: string,
  files: readonly MirroredFile[],
  mayDelete: boolean,
  run: MirrorRun,
): Promise<void> {
  const { settings, context } = run;
  await using end = await openFolder(path, run);
  const lists = settings.state === 'listed';
  const listed = lists
    ? new Map((await listFolder(end, settings)).map((file) => [file.name, file]))
    : undefined;
  const folder: MirrorFolder = { path, remote: end.remote, listed };
  await pool(settings.parallelCopies, files, async (file) => {
    context.control.signal.throwIfAborted();
    if (!context.control.isStopping()) await mirrorFile(file, folder, run);
  });
  if (!mayDelete || listed === undefined) return;
  const kept = new Set(files.map(({ name }) => name));
  for (const name of listed.keys()) if (!kept.has(name)) await deleteFile(name, folder, run);
}

function openFolder(path: string, { settings: { end }, context }: MirrorRun) {
  return openEnd(path === '' ? end : { ...end, url: folderUrl(end.url, path) }, context);
}

/** A folder that is not there yet is empty; it is made for its first file. */
async function listFolder(
  { remote }: Awaited<ReturnType<typeof openFolder>>,
  { isDryRun }: PlainMirrorSettings,
) {
  try {
    return await remote.list();
  } catch (error) {
    if (isDryRun && errorCode(error) === 'destination-folder-missing') return [];
    throw error;
  }
}

async function mirrorFile(file: MirroredFile, folder: MirrorFolder, run: MirrorRun): Promise<void> {
  const { settings, inventory, context, result } = run;
  const path = pathIn(folder.path, file.name);
  result.examinedFiles++;
  try {
    if (await isCurrent(file, folder, { inventory, settings })) {
      result.unchangedFiles++;
      return;
    }
    if (settings.isDryRun)
      context.log.write('dry-run', 'sync-store', `Would store ${path}, ${counted(file.sizeBytes, 'byte')}.`);
    else await storeFile(path, file, folder, run);
    result.uploadedFiles++;
    result.uploadedBytes += file.sizeBytes;
  } catch (error) {
    context.control.signal.throwIfAborted();
    if (isOfDestination(error)) throw error;
    result.failedFiles++;
    context.log.write('warning', 'sync-not-stored', `'${path}' was not stored: ${errorMessage(error)}`);
  }
}

/** Failures that every further file would meet as well. */
function isOfDestination(error: unknown): boolean {
  if (!(error instanceof BackupError)) return false;
  return [
    'destination-unreachable',
    'destination-full',
    'destination-folder-missing',
    'destination-throttled',
  ].includes(error.code);
}

async function storeFile(
  path: string,
  file: MirroredFile,
  { remote }: MirrorFolder,
  run: MirrorRun,
): Promise<void> {
  const { inventory, settings } = run;
  const { name, systemPath, sizeBytes, modifiedAtMs } = file;
  const sha256 = settings.comparesHashes ? await hashFile(systemPath) : undefined;
  inventory.intend(path);
  await remote.put(name, { path: systemPath, sizeBytes, isBorrowed: true });
  // What changed while it was read is stored again by the next run.
  const after = statSync(systemPath);
  const isSame = after.size === sizeBytes && after.mtimeMs === modifiedAtMs;
  inventory.settle(path, isSame ? { sizeBytes, modifiedAtMs, sha256 } : undefined);
}

async function deleteFile(
  name: string,
  { path: folder, remote }: MirrorFolder,
  run: MirrorRun,
): Promise<void> {
  const { inventory, settings, context, result } = run;
  const path = pathIn(folder, name);
  result.deletedFiles++;
  if (settings.isDryRun) {
    context.log.write('dry-run', 'sync-delete', `Would remove ${path}.`);
    return;
  }
  inventory.intend(path);
  await remote.delete(name);
  inventory.settle(path, undefined);
}

/** Removes what was stored by earlier runs and is neither in the source nor in a folder that was listed. */
async function deleteRemembered({ folders }: CollectedFiles, run: MirrorRun): Promise<void> {
  const gone = new Map<string, string[]>();
  for (const path of run.inventory.paths()) {
    const slash = path.lastIndexOf('/');
    const [folder, name] = [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)];
    if (folders.get(folder)?.some((file) => file.name === name) === true) continue;
    const names = gone.get(folder) ?? [];
    names.push(name);
    gone.set(folder, names);
  }
  for (const [path, names] of gone) {
    await using end = await openFolder(path, run);
    for (const name of names) await deleteFile(name, { path, remote: end.remote, listed: undefined }, run);
  }
}
