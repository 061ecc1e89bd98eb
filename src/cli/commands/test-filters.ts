import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import {
  type ExclusionReason,
  type ExplainedEntry,
  explainSelection,
  readSourceSelection,
} from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes, formatCount } from '../format-amount.ts';
import { filterContext, operationContext } from '../session.ts';
import { readSources, uselessRules } from '../source-arguments.ts';

/**
 * Tells of every entry of the sources whether a backup would store it, and why. Reads no content and writes
 * nothing.
 */
export async function run(context: CommandContext): Promise<ExitCode> {
  const { settings, output } = context;
  const prepared = readSources(context, context.arguments);
  const selection = readSourceSelection(settings, {
    prepared,
    rules: context.filters,
    filterContext: filterContext(context),
    forbiddenPaths: new Set(),
  });
  const counts = { stored: 0, storedBytes: 0, excluded: 0 };
  const entries: ExplainedEntry[] = [];
  const idle = new Set(context.filters);
  for (const { rule } of uselessRules(context, prepared)) idle.delete(rule);
  for (const entry of explainSelection(selection, operationContext(context))) {
    if (entry.action === 'include') {
      counts.stored++;
      counts.storedBytes += entry.sizeBytes;
    } else if (entry.action === 'exclude') counts.excluded++;
    if (entry.rule !== undefined) idle.delete(entry.rule);
    if (settings.get('json')) entries.push(entry);
    else output.print(describe(entry));
  }
  for (const { kind, expression } of idle)
    output.announce(`The rule --${kind}=${expression} decided about no entry.`);
  if (counts.excluded > 0 && counts.stored <= prepared.roots.length)
    output.write('warning', 'filter-excludes-all', 'Nothing that the sources hold would be stored.');
  output.printJson({ operation: 'test-filters', ...counts, entries });
  output.print(
    `Would store ${formatCount(counts.stored, 'entry', 'entries')} (${formatBytes(counts.storedBytes)}) and leave out ${counts.excluded}.`,
  );
  return EXIT_CODES.success;
}

const SIGNS = { include: '+', traverse: '.', exclude: '-' } as const;

/** `+` stored, `-` left out, `.` not stored itself but entered; behind the path, what decided. */
function describe({ action, path, reason, rule }: ExplainedEntry): string {
  const why = rule === undefined ? REASONS[reason ?? 'none'] : `--${rule.kind}=${rule.expression}`;
  return `${SIGNS[action]} ${path}${why === '' ? '' : `  (${why})`}`;
}

const REASONS: Readonly<Record<ExclusionReason | 'none', string>> = {
  none: '',
  forbidden: 'belongs to the backup itself',
  device: 'a device',
  'hard-link': '--hardlink-policy',
  'ignore-file': 'holds a file of --ignore-filenames',
  attribute: '--exclude-files-attributes',
  filter: 'no rule includes it',
  'extended-attribute': 'an extended attribute asks to leave it out',
  link: '--symlink-policy',
  size: '--skip-files-larger-than',
  'empty-folder': '--exclude-empty-folders',
};
