import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { checkDestinationHealth, type Destination, readSpace, usedBytes } from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes } from '../format-amount.ts';
import { type OpenedMirror, openMirror } from '../mirror/open-mirror.ts';
import { type Column, renderTable } from '../mirror/table.ts';

interface DestinationRow {
  readonly name: string;
  readonly path: string;
  readonly problems: readonly string[];
  readonly sources: number;
  readonly usedBytes: number;
  readonly freeBytes: number | undefined;
  readonly usedPercent: number | undefined;
  readonly inodesUsedPercent: number | undefined;
}

export async function run(command: CommandContext): Promise<ExitCode> {
  const { output } = command;
  using mirror = openMirror(command);
  const rows = mirror.configuration.destinations().map((destination) => toRow(destination, mirror));
  output.printJson({ operation: 'destinations', destinations: rows });
  if (rows.length === 0)
    output.print("There are no destinations. 'ashlar help destination' says how to add one.");
  else for (const line of renderTable(COLUMNS, rows)) output.print(line);
  return EXIT_CODES.success;
}

function toRow(destination: Destination, mirror: OpenedMirror): DestinationRow {
  const { configuration, context, database } = mirror;
  const problems = checkDestinationHealth(destination, configuration, context);
  const sources = configuration.sources().filter((source) => source.destination.id === destination.id);
  const used = sources.reduce((sum, { id }) => sum + usedBytes(database.runs.versions(id)), 0);
  const space = trySpace(destination.path);
  return {
    name: destination.name,
    path: destination.path,
    problems,
    sources: sources.length,
    usedBytes: used,
    freeBytes: space?.freeBytes,
    usedPercent: space?.usedPercent,
    inodesUsedPercent: space?.inodesUsedPercent,
  };
}

function trySpace(path: string): ReturnType<typeof readSpace> | undefined {
  try {
    return readSpace(path);
  } catch {
    // The problems say that it cannot be reached.
    return undefined;
  }
}

const NOTHING = '/';

const COLUMNS: readonly Column<DestinationRow>[] = [
  { heading: 'Destination', cell: ({ name }) => name },
  { heading: 'Healthy', cell: ({ problems }) => (problems.length === 0 ? 'yes' : 'no') },
  { heading: 'Sources', cell: ({ sources }) => `${sources}`, align: 'right' },
  { heading: 'Used by versions', cell: (row) => formatBytes(row.usedBytes), align: 'right' },
  {
    heading: 'Free',
    cell: ({ freeBytes }) => (freeBytes === undefined ? NOTHING : formatBytes(freeBytes)),
    align: 'right',
  },
  { heading: 'Disk', cell: ({ usedPercent }) => percent(usedPercent), align: 'right' },
  { heading: 'Inodes', cell: ({ inodesUsedPercent }) => percent(inodesUsedPercent), align: 'right' },
  { heading: 'Folder', cell: ({ path }) => path },
];

function percent(value: number | undefined): string {
  return value === undefined ? NOTHING : `${value.toFixed(1)} %`;
}
