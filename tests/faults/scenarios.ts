import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Clock } from '../../src/base/index.ts';
import {
  createEngine,
  type EngineRun,
  type MemoryEngine,
  type MemoryEngineSettings,
} from '../support/engine.ts';
import { faultAt } from '../support/fault-plan.ts';
import { History } from '../support/history.ts';
import { versionTimes } from '../support/oracle.ts';
import { seededBytes } from '../support/seeded-random.ts';

/** A backup in some state, and its model. */
export interface Stage {
  readonly engine: MemoryEngine;
  readonly history: History;
}

/** One run of one operation in a certain state, every destination call of which may meet a fault. */
export interface Scenario {
  readonly name: string;
  /** What is special about the engine. */
  readonly settings?: MemoryEngineSettings;
  /** What this machine lacks for it, in a sentence. */
  readonly lacks?: () => string | undefined;
  /** Brings a new backup into the state before the run. */
  readonly prepare: (stage: Stage) => Promise<void>;
  /** The run. Books in the model what it reports; throws what it throws. */
  readonly act: (stage: Stage, run: EngineRun) => Promise<void>;
}

const STEP_MS = 10_000;
const FILES = 24;

export async function prepareStage(
  t: TestContext,
  scenario: Pick<Scenario, 'prepare' | 'settings'>,
  clock: Clock = steppingClock(),
): Promise<Stage> {
  const stage = { engine: await createEngine(t, { ...scenario.settings, clock }), history: new History() };
  for (let file = 0; file < FILES; file++)
    writeFileSync(join(stage.engine.source, `file-${file}`), seededBytes(20_000 + file * 1000, file));
  await scenario.prepare(stage);
  return stage;
}

/** Between two looks at it pass some seconds, so that versions lie apart however fast they are made. */
function steppingClock(): Clock {
  let nowMs = Date.now();
  return {
    now: () => {
      nowMs += STEP_MS;
      return nowMs;
    },
  };
}

/** A backup, with its version booked in the model. */
export async function backUp({ engine, history }: Stage, run: EngineRun = {}): Promise<void> {
  const rows = history.see(engine.source);
  const { versionTime, isPartial } = await engine.backup(run);
  if (versionTime !== undefined && !isPartial) history.commit(versionTime, rows);
}

/** More than a volume of new data, a changed file and one that is gone. */
export function changeSource({ engine }: Stage, generation: number): void {
  writeFileSync(join(engine.source, 'large'), seededBytes(1_200_000, 100 + generation));
  writeFileSync(join(engine.source, 'file-1'), seededBytes(25_000, 200 + generation));
  rmSync(join(engine.source, `file-${1 + generation}`), { force: true });
}

/** So many versions, each with changes. */
export async function versions(stage: Stage, count: number): Promise<void> {
  for (let generation = 0; generation < count; generation++) {
    if (generation > 0) changeSource(stage, generation);
    await backUp(stage);
  }
}

/** A deletion by rule: what it takes is gone when it succeeds, and may be gone when it does not. */
async function thin(
  { history }: Stage,
  doomed: readonly number[],
  run: () => Promise<unknown>,
): Promise<void> {
  const gone = new Set(doomed);
  history.doubt(gone);
  await run();
  history.forget(gone);
}

export function withOption(run: EngineRun, option: string): EngineRun {
  return { ...run, options: [...(run.options ?? []), option] };
}

function dropFiles({ engine }: Stage, kind: string): void {
  const name = [...engine.storage.files.keys()].find((candidate) => candidate.includes(`.${kind}.`));
  if (name !== undefined) engine.storage.files.delete(name);
}

export function loseDatabase({ engine }: Stage): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(engine.databasePath + ending, { force: true });
}

/** The run ends with its third upload, which arrives. */
async function interruptBackup(stage: Stage): Promise<void> {
  changeSource(stage, 7);
  stage.history.see(stage.engine.source);
  const faults = faultAt('put', 3, { kind: 'error-after' });
  await stage.engine.backup({ faults }).catch(() => {});
  changeSource(stage, 8);
}

/** Runs of each operation on a backup in order, or as a run before left it. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'first backup', prepare: async () => {}, act: backUp },
  {
    name: 'next backup',
    prepare: async (stage) => {
      await versions(stage, 1);
      changeSource(stage, 1);
    },
    act: backUp,
  },
  {
    name: 'backup after an interrupted one',
    prepare: async (stage) => {
      await versions(stage, 1);
      await interruptBackup(stage);
    },
    act: backUp,
  },
  {
    name: 'backup after a lost database',
    prepare: async (stage) => {
      await versions(stage, 2);
      loseDatabase(stage);
      changeSource(stage, 3);
    },
    act: backUp,
  },
  {
    name: 'backup that thins out versions',
    prepare: async (stage) => {
      await versions(stage, 3);
      changeSource(stage, 3);
    },
    act: async (stage, run) => {
      const [, ...doomed] = await versionTimes(stage.engine);
      await thin(stage, doomed, () => backUp(stage, withOption(run, '--keep-versions=2')));
    },
  },
  {
    name: 'delete',
    prepare: (stage) => versions(stage, 3),
    act: async (stage, run) => {
      const [, ...doomed] = await versionTimes(stage.engine);
      await thin(stage, doomed, () => stage.engine.delete(withOption(run, '--keep-versions=1')));
    },
  },
  {
    name: 'compact',
    prepare: async (stage) => {
      await versions(stage, 3);
      const [, ...doomed] = await versionTimes(stage.engine);
      const options = ['--keep-versions=1', '--no-auto-compact=true'];
      await thin(stage, doomed, () => stage.engine.delete({ options }));
    },
    act: async ({ engine }, run) => void (await engine.compact(withOption(run, '--threshold=1'))),
  },
  {
    name: 'purge',
    prepare: (stage) => versions(stage, 3),
    act: async ({ engine, history }, run) => {
      const isKept = (row: string) => !row.endsWith(' file-5');
      history.doubtRows(isKept);
      const { isComplete } = await engine.purge((path) => path.endsWith('/file-5'), run);
      if (isComplete) history.forgetRows(isKept);
    },
  },
  {
    name: 'test',
    prepare: (stage) => versions(stage, 2),
    act: async ({ engine }, run) => void (await engine.test(run)),
  },
  {
    name: 'restore',
    prepare: (stage) => versions(stage, 2),
    act: async ({ engine }, run) => void (await engine.restore(1, 'use', run)),
  },
  {
    name: 'restore without a database',
    prepare: (stage) => versions(stage, 2),
    act: async ({ engine }, run) => void (await engine.restore(1, 'ignore', run)),
  },
  {
    name: 'repair of a lost list and a lost index',
    prepare: async (stage) => {
      await versions(stage, 2);
      dropFiles(stage, 'dlist');
      dropFiles(stage, 'dindex');
    },
    act: async ({ engine }, run) => void (await engine.repair(run)),
  },
  {
    name: 'repair of a lost database',
    prepare: async (stage) => {
      await versions(stage, 2);
      loseDatabase(stage);
    },
    act: async ({ engine }, run) => void (await engine.repair(run)),
  },
];
