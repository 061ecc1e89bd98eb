import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../../src/mirror/index.ts';
import { versionName } from '../../src/mirror/run/version-name.ts';
import type { PullBench } from './pull-bench.ts';

/** A completed version without a server: its row, and its empty folder. */
export function addKeptVersion(
  bench: PullBench,
  source: Source,
  startedMs: number,
): { readonly folder: string; readonly path: string; readonly runId: number } {
  const folder = versionName(startedMs);
  const path = join(source.folder, folder);
  mkdirSync(path, { recursive: true });
  const runId = bench.database.runs.begin({
    sourceId: source.id,
    destinationId: source.destination.id,
    token: 'none',
    processId: 1,
    startedMs,
  });
  bench.database.runs.note(runId, { state: 'completed', folder, endedMs: startedMs });
  return { folder, path, runId };
}
