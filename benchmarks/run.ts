/**
 * `npm run bench`: Ashlar beside restic and BorgBackup over the same files. Writes `docs/benchmarks.md`;
 * `--help` lists the options.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { type Corpus, copyCorpus, makeCorpus } from './corpus.ts';
import { PLANS } from './plans.ts';
import { type CorpusResult, renderReport } from './report.ts';
import { type RoundResult, runRound, TARGETS_FOLDER } from './round.ts';
import { type BenchSettings, readSettings, USAGE } from './settings.ts';
import { findTool } from './tools/find-tool.ts';
import type { Tool } from './tools/tool.ts';

/** Restored files of a corpus with fewer than this are removed after each round. */
const FEW_FILES = 1000;

const settings = readSettings(process.argv.slice(2));
if (settings === undefined) console.log(USAGE);
else await run(settings);

async function run(bench: BenchSettings): Promise<void> {
  const tools = findTools(bench);
  const work = resolve(bench.workFolder);
  mkdirSync(work, { recursive: true });
  try {
    const results: CorpusResult[] = [];
    for (const make of corpusMakers(bench, join(work, 'corpus'))) {
      const corpus = make();
      console.log(`${corpus.name}: ${corpus.files} files, ${(corpus.sizeBytes / 1e6).toFixed(0)} MB`);
      results.push({ corpus, rounds: await runRounds(tools, corpus, bench, work) });
      for (const folder of [corpus.folder, join(work, TARGETS_FOLDER)])
        rmSync(folder, { recursive: true, force: true });
      writeFileSync(bench.reportPath, renderReport(results, bench, new Date()));
    }
    console.log(`Written: ${bench.reportPath}`);
  } finally {
    for (const name of ['corpus', 'repository', 'home', TARGETS_FOLDER])
      rmSync(join(work, name), { recursive: true, force: true });
  }
}

function findTools(bench: BenchSettings): Tool[] {
  return bench.tools.map(findTool).filter((tool) => {
    if (typeof tool === 'string') console.log(tool);
    return typeof tool !== 'string';
  });
}

function corpusMakers(bench: BenchSettings, folder: string): (() => Corpus)[] {
  rmSync(folder, { recursive: true, force: true });
  const { source } = bench;
  const copies = source === undefined ? [] : [() => copyCorpus(source, folder)];
  return [...copies, ...bench.corpora.map((name) => () => makeCorpus(name, folder, bench.scale))];
}

async function runRounds(
  tools: readonly Tool[],
  corpus: Corpus,
  bench: BenchSettings,
  workFolder: string,
): Promise<Map<Tool, RoundResult[]>> {
  const results = new Map(tools.map((tool) => [tool, [] as RoundResult[]]));
  for (let round = 0; round < bench.rounds; round++) {
    const turn = round % Math.max(1, tools.length);
    for (const tool of [...tools.slice(turn), ...tools.slice(0, turn)]) {
      const isChecked = round === 0;
      const plan = PLANS[corpus.kind];
      const result = await runRound(tool, corpus, { plan, workFolder, cache: bench.cache, isChecked });
      results.get(tool)?.push(result);
      if (corpus.files < FEW_FILES)
        rmSync(join(workFolder, TARGETS_FOLDER), { recursive: true, force: true });
      const times = [...result.steps].map(([step, { wallSeconds }]) => `${step} ${wallSeconds.toFixed(2)} s`);
      console.log(`  round ${round + 1}, ${tool.displayName}: ${times.join(', ')}`);
    }
  }
  return results;
}
