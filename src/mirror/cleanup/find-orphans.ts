import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { MirrorDatabase } from '../../database/index.ts';
import type { Configuration, Destination } from '../configuration/configuration.ts';
import { versionTimeMs } from '../run/version-name.ts';

/** A folder of a version that no run is known of. */
export interface Orphan {
  readonly path: string;
  /** The folder that it lies in, which is named like a source. */
  readonly source: string;
}

/**
 * The folders at a destination that are named like versions and belong to no known run. The destination must
 * have been identified.
 */
export function findOrphans(
  destination: Destination,
  configuration: Configuration,
  database: MirrorDatabase,
): Orphan[] {
  const known = new Map(
    configuration.sources().map(({ id, folder }) => {
      // A source that has moved elsewhere left versions here.
      const runs = database.runs.ofSource(id).filter((run) => run.destinationId === destination.id);
      return [basename(folder), new Set(runs.map((run) => run.folder))];
    }),
  );
  return readFolders(destination.path).flatMap((source) =>
    readFolders(join(destination.path, source))
      .filter((name) => versionTimeMs(name) !== undefined && known.get(source)?.has(name) !== true)
      .map((name) => ({ path: join(destination.path, source, name), source })),
  );
}

function readFolders(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}
