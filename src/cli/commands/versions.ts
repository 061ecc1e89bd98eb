import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import type { MirrorRun } from '../../database/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes, formatElapsed } from '../format-amount.ts';
import { formatAge } from '../mirror/format-age.ts';
import { openMirror } from '../mirror/open-mirror.ts';
import { type Column, renderTable } from '../mirror/table.ts';

export async function run(command: CommandContext): Promise<ExitCode> {
  const { output, clock } = command;
  using mirror = openMirror(command);
  const source = mirror.configuration.source(command.arguments[0] ?? '');
  const runs = mirror.database.runs.ofSource(source.id).map((run) => ({ ...run, token: undefined }));
  output.printJson({ operation: 'versions', source: source.name, folder: source.folder, runs });
  if (runs.length === 0) output.print(`'${source.name}' was not pulled yet.`);
  else for (const line of renderTable(columns(clock.now()), runs)) output.print(line);
  return EXIT_CODES.success;
}

type Row = Omit<MirrorRun, 'token'>;

const NOTHING = '/';

function columns(nowMs: number): readonly Column<Row>[] {
  return [
    {
      heading: 'Version',
      cell: ({ folder, state }) => (state === 'completed' ? (folder ?? NOTHING) : NOTHING),
    },
    { heading: 'Age', cell: ({ startedMs }) => formatAge(nowMs - startedMs) },
    { heading: 'State', cell: ({ state }) => state },
    { heading: 'Files', cell: ({ files }) => `${files ?? NOTHING}`, align: 'right' },
    { heading: 'Size', cell: ({ apparentBytes }) => amount(apparentBytes), align: 'right' },
    { heading: 'Added', cell: ({ addedBytes }) => amount(addedBytes), align: 'right' },
    {
      heading: 'Took',
      cell: ({ startedMs, endedMs }) =>
        endedMs === undefined ? NOTHING : formatElapsed(endedMs - startedMs),
      align: 'right',
    },
    { heading: 'Warnings', cell: ({ warnings }) => `${warnings}`, align: 'right' },
    { heading: 'Failure', cell: ({ message }) => message ?? '' },
  ];
}

function amount(bytes: number | undefined): string {
  return bytes === undefined ? NOTHING : formatBytes(bytes);
}
