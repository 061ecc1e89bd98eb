import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { type MirrorContext, nextPullMs, type Source, usedBytes } from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes, formatTime } from '../format-amount.ts';
import { formatAge } from '../mirror/format-age.ts';
import { openMirror } from '../mirror/open-mirror.ts';
import { type Column, renderTable } from '../mirror/table.ts';

interface SourceRow {
  readonly name: string;
  readonly destination: string;
  readonly health: string | undefined;
  readonly versions: number;
  readonly newestMs: number | undefined;
  readonly ageMs: number | undefined;
  readonly newestBytes: number | undefined;
  readonly usedBytes: number;
  readonly nextMs: number | undefined;
  readonly isRunning: boolean;
}

export async function run(command: CommandContext): Promise<ExitCode> {
  const { output, settings } = command;
  using mirror = openMirror(command);
  const rows = mirror.configuration.sources().map((source) => toRow(source, mirror.context));
  const key = SORT_KEYS[settings.get('sort-by')] ?? SORT_KEYS['name'];
  const sorted = rows.toSorted((a, b) => compare(key?.(a) ?? '', key?.(b) ?? ''));
  const shown = settings.get('descending') ? sorted.toReversed() : sorted;
  output.printJson({ operation: 'sources', sources: shown });
  if (shown.length === 0) output.print("There are no sources. 'ashlar help source' says how to add one.");
  else for (const line of renderTable(COLUMNS, shown)) output.print(line);
  return EXIT_CODES.success;
}

function toRow(source: Source, context: MirrorContext): SourceRow {
  const runs = context.database.runs.ofSource(source.id);
  const versions = runs.filter(({ state }) => state === 'completed');
  const newest = versions[0];
  return {
    name: source.name,
    destination: source.destination.name,
    health: source.health,
    versions: versions.length,
    newestMs: newest?.startedMs,
    ageMs: newest === undefined ? undefined : context.clock.now() - newest.startedMs,
    newestBytes: newest?.apparentBytes,
    usedBytes: usedBytes(versions),
    nextMs: nextPullMs(source, context),
    isRunning: runs.some(({ state }) => state === 'running'),
  };
}

const NOTHING = '/';

const COLUMNS: readonly Column<SourceRow>[] = [
  { heading: 'Source', cell: ({ name }) => name },
  { heading: 'Destination', cell: ({ destination }) => destination },
  { heading: 'Healthy', cell: ({ health }) => ({ healthy: 'yes', unhealthy: 'no' })[health ?? ''] ?? '?' },
  { heading: 'Versions', cell: ({ versions }) => `${versions}`, align: 'right' },
  { heading: 'Newest', cell: ({ ageMs }) => (ageMs === undefined ? NOTHING : `${formatAge(ageMs)} ago`) },
  { heading: 'Size', cell: ({ newestBytes }) => amount(newestBytes), align: 'right' },
  { heading: 'Used', cell: (row) => amount(row.usedBytes), align: 'right' },
  {
    heading: 'Next',
    cell: ({ nextMs, isRunning }) =>
      isRunning ? 'running' : nextMs === undefined ? NOTHING : formatTime(nextMs),
  },
];

const SORT_KEYS: Readonly<Record<string, (row: SourceRow) => string | number>> = {
  name: ({ name }) => name,
  health: ({ health }) => health ?? '',
  versions: ({ versions }) => versions,
  newest: ({ newestMs }) => newestMs ?? 0,
  size: ({ newestBytes }) => newestBytes ?? 0,
  used: (row) => row.usedBytes,
};

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return `${a}`.localeCompare(`${b}`, 'en');
}

function amount(bytes: number | undefined): string {
  return bytes === undefined ? NOTHING : formatBytes(bytes);
}
