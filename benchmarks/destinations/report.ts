import { cpus, release } from 'node:os';
import type { Measurement } from '../measure.ts';

/** What one program did with one set of files at one kind of destination. */
export interface Row {
  readonly kind: string;
  readonly program: string;
  readonly files: string;
  readonly totalBytes: number;
  readonly up: Measurement;
  readonly down: Measurement;
}

const HEADINGS = [
  'destination',
  'files',
  'program',
  'up, MB/s',
  'down, MB/s',
  'up / rclone',
  'down / rclone',
];

interface Report {
  readonly rows: readonly Row[];
  /** What could not be measured, and why. */
  readonly gaps: readonly string[];
  readonly command: string;
  readonly date: Date;
}

/** The page `docs/benchmarks-destinations.md`. */
export function renderReport({ rows, gaps, command, date }: Report): string {
  const columns = [...HEADINGS, 'memory up, MB', 'memory down, MB'];
  return [
    '# Benchmarks of destinations',
    '',
    `Written by \`${command}\` on ${date.toISOString().slice(0, 10)}, with real servers on the same machine (${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, Linux ${/^\d+\.\d+/.exec(release())?.[0] ?? release()}), so client, server and, where there is one, encryption of the line share its processors.`,
    '',
    'Time is that of the whole process. Both programs move four files at once; rclone has no other settings than its defaults, Ashlar moves the files as a backup moves its volumes: flushed and measured at the server, under a temporary name where the storage can rename. Memory is the peak of resident memory of all processes of the program. A ratio above 1 is faster than rclone; rclone 1.60 does not speak to the emulator of Azure. A single large file shows the memory only.',
    '',
    `| ${columns.join(' | ')} |`,
    `|${columns.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${cells(row, rows).join(' | ')} |`),
    '',
    ...(gaps.length === 0 ? [] : ['Not measured:', '', ...gaps.map((gap) => `- ${gap}`), '']),
  ].join('\n');
}

function cells(row: Row, rows: readonly Row[]): string[] {
  const base = rows.find((r) => r.kind === row.kind && r.files === row.files && r.program === 'rclone');
  const ratio = (direction: 'up' | 'down'): string =>
    base === undefined || base === row
      ? ''
      : (base[direction].wallSeconds / row[direction].wallSeconds).toFixed(2);
  return [
    ...[row.kind, row.files, row.program, rate(row, 'up'), rate(row, 'down'), ratio('up'), ratio('down')],
    ...[row.up, row.down].map(({ peakMemoryBytes }) => String(Math.round(peakMemoryBytes / 1e6))),
  ];
}

function rate(row: Row, direction: 'up' | 'down'): string {
  return (row.totalBytes / row[direction].wallSeconds / 1e6).toFixed(0);
}
