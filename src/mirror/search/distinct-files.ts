import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MirrorRun } from '../../database/index.ts';
import type { Source } from '../configuration/configuration.ts';
import { type MirrorContext, tellAbout } from '../context.ts';
import { identifyDestination } from '../destination/check-destination.ts';
import { inodeKey } from '../tree/measure.ts';
import { type TreeEntry, walkTree } from '../tree/walk-tree.ts';

/** Where something was found: the newest version that holds it. */
export interface Place {
  readonly version: string;
  /** When that version was begun. */
  readonly startedMs: number;
  /** As on the server, with a slash at the beginning. */
  readonly path: string;
  /** On this machine. */
  readonly systemPath: string;
}

/**
 * Visits what a source's versions hold, the newest version first, and each file once: a file that several
 * versions share is visited in the newest of them. Throws `pull-destination-…` where versions are out of
 * reach.
 */
export async function visitDistinctFiles(
  source: Source,
  context: MirrorContext,
  visit: (entry: TreeEntry, run: MirrorRun, folder: string) => void,
): Promise<void> {
  identifyDestination(source.destination);
  const seen = new Set<string>();
  const tell = tellAbout(context, { task: 'monitor', sourceId: source.id, name: source.name });
  for (const run of context.database.runs.versions(source.id)) {
    const folder = join(source.folder, run.folder ?? '');
    if (run.folder === undefined || !existsSync(folder)) continue;
    await walkTree(
      folder,
      (entry) => {
        if (entry.relative.length === 0 || entry.stat.isDirectory()) return undefined;
        // A name of its own counts too: one content may lie under several.
        const key = `${inodeKey(entry.stat)}/${entry.relative.toString('latin1')}`;
        if (seen.has(key)) return undefined;
        seen.add(key);
        visit(entry, run, folder);
        return undefined;
      },
      { signal: context.signal, onProblem: (error) => tell('warning', 'pull-not-searched', String(error)) },
    );
  }
}
