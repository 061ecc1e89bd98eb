import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { MirrorRun } from '../../database/index.ts';
import type { Source } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { DELETING } from '../run/version-name.ts';
import { measureVersion } from '../tree/measure.ts';
import { removeTree } from '../tree/remove-tree.ts';
import { tryDeleteVersion } from '../version-lock.ts';

/**
 * Deletes a version: booked, then out of sight by one rename, then removed, then forgotten. Killed anywhere,
 * the next cleanup goes on from there. False: it is being read just now, and stays.
 */
export async function deleteVersion(
  source: Source,
  run: MirrorRun,
  context: MirrorContext,
): Promise<boolean> {
  using lock = tryDeleteVersion(context.tools.stateFolder, run.id);
  if (lock === undefined) return false;
  const { runs } = context.database;
  const path = join(source.folder, run.folder ?? '');
  const hidden = join(source.folder, `${DELETING}${run.folder}`);
  const isThere = run.folder !== undefined && existsSync(path);
  const inherited = isThere && run.state === 'completed' ? await inheritedBytes(run, path, context) : 0;
  context.database.transaction(() => {
    runs.note(run.id, { state: 'deleting' });
    const heir = runs.versions(source.id).findLast(({ startedMs }) => startedMs > run.startedMs);
    if (heir?.addedBytes !== undefined) runs.note(heir.id, { addedBytes: heir.addedBytes + inherited });
  });
  if (isThere) {
    await removeTree(hidden);
    renameSync(path, hidden);
  }
  if (run.folder !== undefined) await removeTree(hidden);
  runs.remove(run.id);
  return true;
}

/** What the version added and the next one goes on holding: it counts for that one from now on. */
async function inheritedBytes(run: MirrorRun, path: string, { signal }: MirrorContext): Promise<number> {
  if (run.addedBytes === undefined) return 0;
  const { addedBytes } = await measureVersion(path, signal);
  return Math.max(0, run.addedBytes - addedBytes);
}
