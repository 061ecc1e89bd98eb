import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { MirrorRun } from '../../database/index.ts';
import type { Source } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { DELETING } from '../run/version-name.ts';
import { removeTree } from '../tree/remove-tree.ts';

/**
 * Deletes a version: booked, then out of sight by one rename, then removed, then forgotten. Killed anywhere, the next cleanup goes on from there.
 */
export async function deleteVersion(source: Source, run: MirrorRun, context: MirrorContext): Promise<void> {
  const { runs } = context.database;
  runs.note(run.id, { state: 'deleting' });
  if (run.folder !== undefined) {
    const path = join(source.folder, run.folder);
    const hidden = join(source.folder, `${DELETING}${run.folder}`);
    if (existsSync(path)) {
      await removeTree(hidden);
      renameSync(path, hidden);
    }
    await removeTree(hidden);
  }
  runs.remove(run.id);
}
