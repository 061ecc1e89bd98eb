import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import {
  type Comparison,
  choosePair,
  compareFields,
  compareVersions,
  type PathChange,
  type ReadVersion,
  type VersionReference,
} from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import type { ConsoleOutput } from '../console-output.ts';
import { formatBytes, formatCount } from '../format-amount.ts';
import { readTime } from '../listing/list-request.ts';
import { openReading } from '../listing/open-reading.ts';
import { versionJson, versionTime } from '../listing/show-versions.ts';

/** So many names of each group are printed without `--full-result`. */
const NAMED = 10;
const CHANGES = ['added', 'deleted', 'modified'] as const;
const KINDS = ['folder', 'file', 'symlink'] as const;

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, settings } = context;
  const [, ...given] = context.arguments;
  const [base, to] = given.map((text) => readReference(text, context));
  await using opened = await openReading(context, 'compare', (times) => {
    const pair = choosePair(times, base, to);
    return { versions: [pair.base, pair.to], extent: 'all', content: 'paths-only' };
  });
  const comparison = compareVersions(opened, base, to);
  context.book.setResult(compareFields(comparison), opened.remote.statistics);
  if (output.isJson) printObject(comparison, output);
  else printComparison(comparison, settings.get('full-result'), output);
  return EXIT_CODES.success;
}

function readReference(text: string, { clock }: CommandContext): VersionReference {
  if (/^\d{1,9}$/.test(text)) return { number: Number(text) };
  const timeMs = readTime(text, clock.now());
  if (timeMs !== undefined) return { timeMs };
  throw new CommandLineError('arguments-invalid', `'${text}' is neither a version number nor a time.`, {
    hint: 'Times are written as 2026-11-21T15:30:00 or, back from now, as 2D12h.',
  });
}

function printObject({ base, to, changes }: Comparison, output: ConsoleOutput): void {
  output.printJson({ operation: 'compare', base: versionJson(base), to: versionJson(to), changes });
}

function printComparison({ base, to, changes }: Comparison, isFull: boolean, output: ConsoleOutput): void {
  output.print(`From ${describe(base)}`);
  output.print(`to   ${describe(to)}`);
  if (changes.length === 0) output.print('No changes.');
  for (const change of CHANGES) {
    for (const kind of KINDS) {
      const group = changes.filter((one) => one.change === change && one.kind === kind);
      if (group.length > 0) printGroup(`${formatCount(group.length, kind)} ${change}`, group, isFull, output);
    }
  }
}

function describe(version: ReadVersion): string {
  const { totals, number } = version;
  const amount =
    totals === undefined ? '' : ` (${formatCount(totals.files, 'file')}, ${formatBytes(totals.sizeBytes)})`;
  return `version ${number} of ${versionTime(version)}${amount}`;
}

function printGroup(
  title: string,
  group: readonly PathChange[],
  isFull: boolean,
  output: ConsoleOutput,
): void {
  output.print();
  output.print(`${title}:`);
  const shown = isFull ? group : group.slice(0, NAMED);
  for (const { path } of shown) output.print(`  ${path}`);
  if (shown.length < group.length) output.print(`  and ${group.length - shown.length} more`);
}
