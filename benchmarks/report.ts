import { cpus, release, totalmem } from 'node:os';
import type { Corpus } from './corpus.ts';
import { type RoundResult, STEPS } from './round.ts';
import type { BenchSettings } from './settings.ts';
import type { Tool } from './tools.ts';

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
    'Time is that of the whole process from start to exit. Processor is user and system time of all threads and processes. Memory is the peak of resident memory over the tree of processes. All of them encrypt.',
    ...results.flatMap((result) => renderCorpus(result)),
    '',
  ].join('\n');
}

function renderCorpus({ corpus, rounds }: CorpusResult): string[] {
  const base = [...rounds.keys()].find((tool) => tool.name === 'restic');
  const baseRounds = base === undefined ? undefined : rounds.get(base);
  const rows = STEPS.flatMap((step) =>
    [...rounds].map(([tool, results]) => {
      const measured = results.map((result) => result.steps[step]);
      const wall = measured.map((one) => one.wallSeconds);
      const baseWall = median((baseRounds ?? []).map((result) => result.steps[step].wallSeconds));
      return [
        step,
        tool.displayName,
        `${seconds(median(wall))} (${seconds(Math.min(...wall))} to ${seconds(Math.max(...wall))})`,
        baseWall > 0 ? (median(wall) / baseWall).toFixed(2) : '',
        seconds(median(measured.map((one) => one.processorSeconds))),
        megabytes(median(measured.map((one) => one.peakMemoryBytes))),
      ];
    }),
  );
  return [
    '',
    `## ${corpus.name}: ${corpus.files.toLocaleString('en-US')} files, ${megabytes(corpus.sizeBytes)} MB`,
    '',
    ...table(['step', 'program', 'time, s', 'to restic', 'processor, s', 'memory, MB'], rows),
    '',
    ...table(
      ['program', 'at the destination after the first backup, MB'],
      [...rounds].map(([tool, results]) => [
        tool.displayName,
        megabytes(median(results.map((result) => result.storedBytes))),
      ]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
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
