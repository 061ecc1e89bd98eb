import { decodePath } from '../../base/index.ts';
import type { Source } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { type Place, visitDistinctFiles } from './distinct-files.ts';
import { compilePattern } from './pattern.ts';

export interface FoundFile extends Place {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/**
 * Hands over every file whose name fits a pattern, as it is found; each state of it once, with the newest
 * version that holds it. Answers how many there were.
 */
export async function findFiles(
  source: Source,
  pattern: string,
  context: MirrorContext,
  found: (file: FoundFile) => void,
): Promise<number> {
  const fits = compilePattern(pattern);
  let count = 0;
  await visitDistinctFiles(source, context, ({ path, relative, stat }, run) => {
    const shown = `/${decodePath(relative)}`;
    if (!fits(shown)) return;
    count++;
    found({
      version: run.folder ?? '',
      startedMs: run.startedMs,
      path: shown,
      systemPath: decodePath(path),
      sizeBytes: stat.size,
      modifiedMs: stat.mtimeMs,
    });
  });
  return count;
}
