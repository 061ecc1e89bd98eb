import { cpus, release, totalmem } from 'node:os';
import type { Corpus } from './corpus.ts';
import type { Measurement } from './measure.ts';
import { PLANS } from './plans.ts';
import type { RoundResult } from './round.ts';
import type { BenchSettings } from './settings.ts';
import { table } from './table.ts';
import type { Tool } from './tools/tool.ts';

/** All rounds of all tools over one corpus. */
export interface CorpusResult {
  readonly corpus: Corpus;
  readonly rounds: ReadonlyMap<Tool, readonly RoundResult[]>;
}

/** The page `docs/benchmarks.md`. It names the machine by its kind, never by a name or a place. */
export function renderReport(results: readonly CorpusResult[], settings: BenchSettings, date: Date): string {
  const tools = [...(results[0]?.rounds.keys() ?? [])];
  return [
    '# Benchmarks',
    '',
    `Written by \`${settings.command}\` on ${date.toISOString().slice(0, 10)}. Medians of ${settings.rounds} rounds, with the smallest and largest in brackets; every round begins with a new repository in a local folder on the same disk, and the tools take turns at going first. File cache: ${settings.cache}.`,
    '',
    `Machine: ${settings.cores} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, ${Math.round(totalmem() / 1e9)} GB of memory, Linux ${/^\d+\.\d+/.exec(release())?.[0] ?? release()}.`,
    '',
    ...tools.map((tool) => `- ${tool.displayName} ${tool.version} (${tool.settings})`),
    '',
    'Time is that of the whole process from start to exit. Processor is user and system time of all threads and processes. `a file` is processor time divided by the number of files. Memory is the peak of resident memory over the tree of processes. Read and written is what the processes asked of the system, from the disk or from its memory. All of them encrypt.',
    ...results.flatMap((result) => renderCorpus(result)),
    '',
  ].join('\n');
}

function renderCorpus({ corpus, rounds }: CorpusResult): string[] {
  const base = [...rounds].find(([tool]) => tool.isBase)?.[1] ?? [];
  const rows = PLANS[corpus.kind].flatMap((step) =>
    [...rounds].flatMap(([tool, results]) => {
      const measured = measurementsOf(results, step.name);
      if (measured.length === 0) return [];
      return [
        [step.name, tool.displayName, ...renderStep(measured, measurementsOf(base, step.name), corpus)],
      ];
    }),
  );
  return [
    '',
    `## ${corpus.name}: ${corpus.files.toLocaleString('en-US')} files, ${megabytes(corpus.sizeBytes)} MB`,
    '',
    ...table(
      [
        'step',
        'program',
        'time, s',
        'to restic',
        'processor, s',
        'a file, µs',
        'memory, MB',
        'read, MB',
        'written, MB',
      ],
      rows,
    ),
    '',
    ...table(
      ['program', ...STORED_AFTER.map((step) => `at the destination after ${step}, MB`)],
      [...rounds].map(([tool, results]) => [
        tool.displayName,
        ...STORED_AFTER.map((step) => {
          const sizes = results
            .map((result) => result.storedBytes.get(step))
            .filter((size) => size !== undefined);
          return sizes.length === 0 ? '' : megabytes(median(sizes));
        }),
      ]),
    ),
  ];
}

const STORED_AFTER = ['first backup', 'old versions deleted, space reclaimed'] as const;

function measurementsOf(results: readonly RoundResult[], step: string): Measurement[] {
  return results.map((result) => result.steps.get(step)).filter((measured) => measured !== undefined);
}

function renderStep(
  measured: readonly Measurement[],
  base: readonly Measurement[],
  corpus: Corpus,
): string[] {
  const middle = (field: keyof Measurement) => median(measured.map((one) => one[field]));
  const wall = measured.map((one) => one.wallSeconds);
  const baseWall = median(base.map((one) => one.wallSeconds));
  return [
    `${seconds(median(wall))} (${seconds(Math.min(...wall))} to ${seconds(Math.max(...wall))})`,
    baseWall > 0 ? (median(wall) / baseWall).toFixed(2) : '',
    seconds(middle('processorSeconds')),
    ((middle('processorSeconds') / corpus.files) * 1e6).toFixed(0),
    megabytes(middle('peakMemoryBytes')),
    megabytes(middle('readBytes')),
    megabytes(middle('writtenBytes')),
  ];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? upper)) / 2 : upper;
}

function seconds(value: number): string {
  return value.toFixed(2);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0);
}
