import { type ListedPath, listFields, type ReadVersion } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import type { ConsoleOutput } from '../console-output.ts';
import { formatBytes } from '../format-amount.ts';
import { versionHeadJson, versionTime } from './show-versions.ts';

/** A path in the object of `--json`: its size in each of the versions, `null` where a version does not hold it. */
export type PathJson = ListedPath;

/** How many columns a size takes: `1023 bytes`. */
const SIZE_COLUMNS = 10;

/**
 * Prints the paths of one version as `path (size)`, those of several with a column of sizes for each before
 * the path. Answers how many there are.
 */
export function printPaths(
  operation: string,
  versions: readonly ReadVersion[],
  paths: Iterable<ListedPath>,
  { output, book }: Pick<CommandContext, 'output' | 'book'>,
): number {
  if (output.isJson) {
    const all: readonly PathJson[] = [...paths];
    book.setResult(listFields(versions, all), undefined);
    output.printJson({ operation, versions: versions.map(versionHeadJson), paths: all });
    return all.length;
  }
  const [newest] = versions;
  let count = 0;
  for (const path of paths) {
    if (count === 0 && newest !== undefined) printHead(versions, newest, output);
    output.print(versions.length === 1 ? `${path.path} (${sizeText(path, 0)})` : columns(path));
    count++;
  }
  return count;
}

function printHead(versions: readonly ReadVersion[], newest: ReadVersion, output: ConsoleOutput): void {
  if (versions.length === 1) {
    output.print(`Version ${newest.number} of ${versionTime(newest)}:`);
    return;
  }
  for (const version of versions) output.print(`Version ${version.number} of ${versionTime(version)}`);
  output.print(versions.map(({ number }) => `${number}`.padStart(SIZE_COLUMNS)).join(' '));
}

function columns(path: ListedPath): string {
  const sizes = path.sizesBytes.map((_, index) => sizeText(path, index).padStart(SIZE_COLUMNS));
  return `${sizes.join(' ')}  ${path.path}`;
}

/** The size of a file, `directory`, `symlink`, or `-` where the version does not hold the path. */
export function sizeText({ kind, sizesBytes }: ListedPath, version: number): string {
  const sizeBytes = sizesBytes[version];
  if (sizeBytes === undefined || sizeBytes === null) return '-';
  if (kind === 'file') return formatBytes(sizeBytes);
  return kind === 'folder' ? 'directory' : 'symlink';
}
