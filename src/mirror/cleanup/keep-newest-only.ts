import type { Source } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { deleteVersion } from './delete-version.ts';

/**
 * Deletes all folders but the newest: of a source that is kept in a vault only, that one is what the next
 * pull compares with.
 */
export async function keepNewestOnly(source: Source, context: MirrorContext): Promise<void> {
  const [, ...older] = context.database.runs.versions(source.id);
  for (const run of older) await deleteVersion(source, run, context);
}
