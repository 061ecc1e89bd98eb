import { EXIT_CODES, type ExitCode } from '../catalog/index.ts';
import type { RestoreResult } from '../operations/index.ts';
import type { CommandContext } from './command.ts';
import { formatBytes, formatCount } from './format-amount.ts';

/** How many files and problems are named; JSON names all. */
const NAMED = 20;

/** Says what became of the restore of one version. */
export function printRestore(result: RestoreResult, { output }: CommandContext): void {
  const { metadataProblems } = result;
  for (const path of result.notFound)
    output.write('warning', 'not-in-version', `'${path}' is not in this version.`);
  for (const sentence of metadataProblems.first) output.write('verbose', 'metadata-incomplete', sentence);
  if (metadataProblems.count > 0) {
    output.write(
      'warning',
      'metadata-incomplete',
      `Could not be set: ${countsByPart(metadataProblems.byPart)}. First: ${metadataProblems.first[0] ?? ''}`,
    );
  }
  for (const { name, reason } of result.brokenVolumes)
    output.write('error', 'volume-unreadable', `The volume '${name}' cannot be read in full: ${reason}`);
  for (const { path, reason } of [...result.brokenFiles, ...result.refused].slice(0, NAMED))
    output.write('error', 'not-restored', `Not restored: '${path}': ${reason}`);
  const lost = result.brokenFiles.length + result.refused.length;
  output.printJson({
    operation: 'restore',
    ...result,
    warnings: output.counts.warnings,
    errors: output.counts.errors,
  });
  output.print(restoredText(result));
  if (result.unmodifiedFiles > 0)
    output.print(`Already there and the same: ${formatCount(result.unmodifiedFiles, 'file')}`);
  const { count, example } = result.renamed;
  if (example !== undefined)
    output.print(
      `Put beside what was there and differs: ${formatCount(count, 'entry', 'entries')}, such as ${example}`,
    );
  if (lost > 0)
    output.print(`NOT restored: ${formatCount(lost, 'entry', 'entries')}. Everything else was restored.`);
}

function restoredText(result: RestoreResult): string {
  const files = `${formatCount(result.restoredFiles, 'file')} (${formatBytes(result.restoredBytes)})`;
  const folders = formatCount(result.restoredFolders, 'folder');
  const links = formatCount(result.restoredSymlinks, 'link');
  return `${result.isDryRun ? 'Would restore' : 'Restored'} ${files}, ${folders} and ${links} to ${result.targetFolder}`;
}

/** `owner 12, mode 3`, the most frequent first. */
function countsByPart(byPart: Readonly<Record<string, number>>): string {
  const parts = Object.entries(byPart).sort(([, a], [, b]) => b - a);
  return parts.map(([part, count]) => `${part} ${count}`).join(', ');
}

/** 100 where something is missing, 2 where anything is to be said. */
export function restoreExitCode(result: RestoreResult, warnings: number): ExitCode {
  const isIncomplete =
    result.brokenFiles.length > 0 || result.brokenVolumes.length > 0 || result.refused.length > 0;
  if (isIncomplete) return EXIT_CODES.failed;
  return warnings > 0 || result.notFound.length > 0 ? EXIT_CODES.warnings : EXIT_CODES.success;
}
