/**
 * The process of any operation killed at any moment, over a slow line: no committed version is lost, and
 * nothing needs help.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { createFolderEngine, type Engine } from '../support/engine.ts';
import { fastClock } from '../support/fast-clock.ts';
import { History } from '../support/history.ts';
import { assertSound, versionTimes } from '../support/oracle.ts';
import { seededBytes, seededRandom } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { extent } from './extent.ts';
import { keepNewest } from './keep-newest.ts';

const SEED = 31;
const KILLS = extent === 'whole' ? 40 : 1;
const FILES = 40;
/** More versions than this are thinned out by the runs that delete. */
const KEPT = 3;
/** More than this are thinned out between the rounds, so that the last is as quick as the first. */
const MOST_VERSIONS = 5;
const script = join(import.meta.dirname, 'run-slowly.ts');

interface Stage {
  readonly engine: Engine;
  readonly history: History;
  readonly random: () => number;
}

interface Killed {
  readonly operation: string;
  /** What is special about the run, for its name. */
  readonly about?: string;
  readonly options?: readonly string[];
  /** Makes something to do for the run, and books in the model what it may do. */
  readonly prepare: (stage: Stage) => Promise<void>;
}

const KILLED: readonly Killed[] = [
  { operation: 'backup', prepare: async (stage) => changeSource(stage) },
  {
    operation: 'backup',
    options: [`--keep-versions=${KEPT}`],
    prepare: async (stage) => {
      changeSource(stage);
      await doubtOldVersions(stage);
    },
  },
  {
    operation: 'backup',
    about: 'over a damaged dblock',
    prepare: async (stage) => {
      changeSource(stage);
      await damageDblock(stage);
    },
  },
  { operation: 'repair', about: 'of a damaged dblock', prepare: damageDblock },
  { operation: 'delete', options: [`--keep-versions=${KEPT}`], prepare: doubtOldVersions },
  {
    operation: 'compact',
    options: ['--threshold=1'],
    prepare: async (stage) => {
      changeSource(stage);
      await backUp(stage);
      await keepNewest(stage, KEPT);
    },
  },
  {
    operation: 'purge',
    prepare: async (stage) => {
      writeFileSync(join(stage.engine.source, 'purged'), seededBytes(10_000, 1));
      await backUp(stage);
      stage.history.doubtRows((row) => !row.endsWith(' purged'));
    },
  },
  { operation: 'repair', prepare: async (stage) => loseSomething(stage) },
  { operation: 'restore', prepare: async () => {} },
  { operation: 'test', prepare: async () => {} },
];

/** The others run with the whole. */
const SAMPLE: readonly string[] = ['backup', 'delete'];

for (const [index, killed] of KILLED.entries()) {
  if (extent === 'sample' && !SAMPLE.includes(killed.operation)) continue;
  const name = [killed.operation, killed.about ?? [], killed.options ?? []].flat().join(' ');
  test(`${name} killed at ${KILLS} moments`, (t) => killAtMoments(t, killed, SEED + index));
}

async function killAtMoments(t: TestContext, killed: Killed, seed: number): Promise<void> {
  const folder = await temporaryFolder(t);
  const startMs = Date.now();
  const engine = createFolderEngine(folder, { clock: fastClock(startMs) });
  const stage = { engine, history: new History(), random: seededRandom(seed) };
  const run = { folder, killed, startMs };
  for (let version = 0; version < KEPT; version++) {
    changeSource(stage);
    await backUp(stage);
  }
  await killed.prepare(stage);
  const wholeMs = (await runSlowly(run, seed)) ?? 0;
  let kills = 0;
  for (let round = 0; round < KILLS; round++) {
    const label = `round ${round}, seed ${seed}`;
    await assertSound(stage.engine, stage.history, label);
    await keepNewest(stage, MOST_VERSIONS);
    await killed.prepare(stage);
    stage.history.see(stage.engine.source);
    const lastedMs = await runSlowly(run, seed + round, stage.random() * wholeMs);
    if (lastedMs === undefined) kills++;
  }
  await assertSound(
    stage.engine,
    stage.history,
    `at the end, seed ${seed}`,
    extent === 'whole' ? 'whole' : 'quick',
  );
  t.diagnostic(`${kills} of ${KILLS} runs were killed before their end`);
}

/** Gives how long the run took; `undefined` where it was killed. */
async function runSlowly(
  { folder, killed, startMs }: { readonly folder: string; readonly killed: Killed; readonly startMs: number },
  seed: number,
  killAfterMs?: number,
): Promise<number | undefined> {
  const { operation, options = [] } = killed;
  const beganMs = performance.now();
  const argv = [script, folder, operation, String(seed), String(startMs), ...options];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (piece) => {
    text += piece;
  });
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  await once(child, 'close');
  clearTimeout(timer);
  if (child.signalCode === 'SIGKILL') return undefined;
  assert.equal(child.exitCode, 0, text);
  return performance.now() - beganMs;
}

/** Spoils the directory of a dblock, behind which every block can still be read, and has that found. */
async function damageDblock({ engine, random }: Stage): Promise<void> {
  const dblocks = [...engine.storedFiles().keys()].filter((name) => name.includes('.dblock.'));
  const path = join(engine.folder, 'destination', dblocks[Math.floor(random() * dblocks.length)] ?? '');
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0, bytes.length - 22));
  await engine.test();
}

async function backUp({ engine, history }: Stage): Promise<void> {
  const rows = history.see(engine.source);
  const { versionTime } = await engine.backup();
  if (versionTime !== undefined) history.commit(versionTime, rows);
}

function changeSource({ engine, random }: Pick<Stage, 'engine' | 'random'>): void {
  for (let change = 0; change < FILES / 4; change++) {
    const path = join(engine.source, `file-${Math.floor(random() * FILES)}`);
    if (random() < 0.2) rmSync(path, { force: true });
    else writeFileSync(path, seededBytes(Math.floor(random() * 200_000), Math.floor(random() * 2 ** 31)));
  }
}

async function doubtOldVersions({ engine, history }: Stage): Promise<void> {
  changeSource({ engine, random: seededRandom(Date.now()) });
  const old = (await versionTimes(engine)).slice(KEPT - 1);
  history.doubt(new Set(old));
}

/** A list, an index, or the database. */
function loseSomething({ engine, random }: Stage): void {
  const names = [...engine.storedFiles().keys()].filter((name) => !name.includes('.dblock.'));
  const name = names[Math.floor(random() * names.length)];
  if (random() < 0.3 && existsSync(engine.databasePath)) rmSync(engine.databasePath);
  else if (name !== undefined) rmSync(join(engine.folder, 'destination', name));
}
