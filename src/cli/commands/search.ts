import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import {
  anywhereIn,
  type ListedPath,
  listPaths,
  type ReadVersion,
  type VersionQuery,
} from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { compilePatterns } from '../entry-patterns.ts';
import { openVersions, readVersionQuery } from '../listing/query-versions.ts';
import { printPaths } from '../listing/show-paths.ts';
import { filterContext } from '../session.ts';

/** Upper and lower case are the same here, whatever the file system thinks. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const [, ...folders] = context.arguments;
  const filter = compilePatterns([], context.filters, { ...filterContext(context), isCaseSensitive: false });
  const isBelow = folders.length === 0 ? () => true : anywhereIn(folders);
  const accept = (path: string) => isBelow(path) && filter.accept(path);
  const asked = readVersionQuery(context);
  const query: VersionQuery =
    asked.versions === undefined && asked.timeMs === undefined ? { isAll: true } : asked;
  const { opened, versions } = await openVersions(context, { operation: 'search', query, accept });
  await using _ = opened;
  const paths = listPaths(opened.database, versions, accept);
  if (output.isJson) printPaths('search', versions, paths, context);
  else for (const path of paths) output.print(`${path.path} (version ${holders(path, versions)})`);
  return EXIT_CODES.success;
}

/** The numbers of the versions that hold a path, as `0-3, 7`. */
function holders({ sizesBytes }: ListedPath, versions: readonly ReadVersion[]): string {
  const runs: { first: number; last: number }[] = [];
  let before = -2;
  for (const [index, { number }] of versions.entries()) {
    if (sizesBytes[index] === null) continue;
    const run = runs.at(-1);
    if (run !== undefined && before === index - 1 && run.last === number - 1) run.last = number;
    else runs.push({ first: number, last: number });
    before = index;
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}
