import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { findPath, type ListedPath, type ReadVersion } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { openVersions } from '../listing/query-versions.ts';
import { sizeText } from '../listing/show-paths.ts';
import { versionHeadJson, versionTime } from '../listing/show-versions.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const [, ...wanted] = context.arguments;
  const names = new Set(wanted.flatMap(spellings));
  const { opened, versions } = await openVersions(context, {
    operation: 'list-file-versions',
    query: { isAll: true },
    accept: (path) => names.has(path),
  });
  await using _ = opened;
  const paths: ListedPath[] = [];
  for (const path of wanted) {
    const found = spellings(path)
      .map((spelling) => findPath(opened.database, versions, spelling))
      .find((one) => one !== undefined);
    if (found === undefined) output.write('warning', 'path-not-in-version', `No version holds '${path}'.`);
    else paths.push(found);
  }
  output.printJson({ operation: 'list-file-versions', versions: versions.map(versionHeadJson), paths });
  for (const path of paths) printPath(path, versions, context);
  return EXIT_CODES.success;
}

/** A folder may be written without the separator that it ends with in a file list. */
function spellings(path: string): readonly string[] {
  return /[/\\]$/.test(path) ? [path] : [path, `${path}${path.startsWith('/') ? '/' : '\\'}`];
}

function printPath(path: ListedPath, versions: readonly ReadVersion[], { output }: CommandContext): void {
  output.print(path.path);
  for (const [index, version] of versions.entries()) {
    if (path.sizesBytes[index] === null) continue;
    output.print(`[${version.number}] ${versionTime(version)}: (${sizeText(path, index)})`);
  }
}
