import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import {
  chooseVersions,
  commonFolder,
  directlyIn,
  type ListedPath,
  listFields,
  listPaths,
  listVersions,
  type OpenedForReading,
  topmost,
  type Version,
  type VersionQuery,
} from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { compilePatterns } from '../entry-patterns.ts';
import { filterContext } from '../session.ts';
import { type ListRequest, readListRequest } from './list-request.ts';
import { openReading } from './open-reading.ts';
import { type OpenVersions, openVersions } from './query-versions.ts';
import { printPaths } from './show-paths.ts';
import { printVersions, versionHeadJson, versionJson } from './show-versions.ts';

/**
 * What `list` and `find` do. Versions are printed where no path is asked for. Where nothing matches in the
 * versions asked for, all are looked through.
 */
export async function runList(
  context: CommandContext,
  command: { readonly operation: 'list' | 'find'; readonly unasked: 'newest' | 'all' },
): Promise<ExitCode> {
  const request = readListRequest(context, command.unasked);
  if (!request.wantsPaths) await showVersions(context, command.operation, request.query);
  else if (!(await showPaths(context, command.operation, request))) {
    context.output.announce('Nothing matches there; looking in all versions.');
    const inAll = { ...request, query: { isAll: true } };
    if (!(await showPaths(context, command.operation, inAll))) context.output.announce('Nothing matches.');
  }
  return EXIT_CODES.success;
}

async function showVersions(context: CommandContext, operation: string, asked: VersionQuery): Promise<void> {
  const isNarrow = asked.versions !== undefined || asked.timeMs !== undefined;
  const query: VersionQuery = isNarrow ? asked : { isAll: true };
  const choose = (times: readonly number[]) => chooseVersions(times, query).numbers;
  await using opened = await openReading(
    context,
    operation,
    context.settings.get('list-sets-only')
      ? 'names-only'
      : (times) => ({ versions: choose(times), extent: 'all', content: 'paths-only' }),
  );
  printChosen(opened, choose, operation, context);
}

function printChosen(
  opened: OpenedForReading,
  choose: (times: readonly number[]) => readonly number[],
  operation: string,
  { output, book }: CommandContext,
): void {
  const all = listVersions(opened);
  const numbers = new Set(choose(all.map(({ time }) => time * 1000)));
  const chosen: readonly Version[] = all.filter(({ number }) => numbers.has(number));
  book.setResult(listFields(chosen), opened.remote.statistics);
  output.printJson({ operation, versions: chosen.map(versionJson) });
  printVersions(chosen, output);
}

/**
 * Answers whether there was anything to print, or nowhere else to look. In JSON mode an empty list is printed
 * only when all versions were looked through.
 */
async function showPaths(context: CommandContext, operation: string, request: ListRequest): Promise<boolean> {
  const { settings } = context;
  const isFolder = settings.get('list-folder-contents');
  const { accept, narrow } = isFolder
    ? folderSelection(request.patterns)
    : patternSelection(context, request);
  const { opened, versions } = await openVersions(context, { operation, query: request.query, accept });
  await using _ = opened;
  const paths = narrow(listPaths(opened.database, versions, accept));
  const first = paths.next();
  if (first.done === true) {
    if (request.query.isAll === true) printNothing(operation, versions, context);
    return false;
  }
  const all = startWith(first.value, paths);
  if (settings.get('list-prefix-only')) printPrefix(operation, versions, all, context);
  else printPaths(operation, versions, all, context);
  return true;
}

interface PathSelection {
  readonly accept: (path: string) => boolean;
  readonly narrow: (paths: Generator<ListedPath>) => Generator<ListedPath>;
}

const asTheyAre = (paths: Generator<ListedPath>) => paths;

function patternSelection(context: CommandContext, { patterns }: ListRequest): PathSelection {
  const { accept } = compilePatterns(patterns, context.filters, filterContext(context));
  return { accept, narrow: asTheyAre };
}

/** What lies directly in the folders; without a folder, what nothing else holds. */
export function folderSelection(folders: readonly string[]): PathSelection {
  if (folders.length === 0) return { accept: () => true, narrow: topmost };
  return { accept: directlyIn(folders), narrow: asTheyAre };
}

function printNothing(operation: string, versions: OpenVersions['versions'], context: CommandContext): void {
  printPaths(operation, versions, [], context);
}

function printPrefix(
  operation: string,
  versions: OpenVersions['versions'],
  paths: Iterable<ListedPath>,
  { output }: CommandContext,
): void {
  const prefix = commonFolder(pathsOf(paths));
  output.printJson({ operation, versions: versions.map(versionHeadJson), prefix });
  output.print(prefix);
}

function* pathsOf(entries: Iterable<ListedPath>): Generator<string> {
  for (const { path } of entries) yield path;
}

function* startWith<T>(first: T, rest: Iterable<T>): Generator<T> {
  yield first;
  yield* rest;
}
