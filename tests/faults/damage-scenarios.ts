import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineRun } from '../support/engine.ts';
import { faultAt } from '../support/fault-plan.ts';
import { versionTimes } from '../support/oracle.ts';
import { seededBytes } from '../support/seeded-random.ts';
import {
  backUp,
  changeSource,
  loseDatabase,
  type Scenario,
  type Stage,
  versions,
  withOption,
} from './scenarios.ts';

/** The volumes of a kind at the destination. */
export function namesOf({ engine }: Stage, kind: string): string[] {
  return [...engine.storage.files.keys()].filter((name) => name.includes(`.${kind}.`));
}

export function lose(stage: Stage, names: readonly string[]): void {
  assert.ok(names.length > 0);
  for (const name of names) stage.engine.storage.files.delete(name);
}

/** Changes the bytes of the first of these volumes. */
export function spoil(
  { engine }: Stage,
  [name = '']: readonly string[],
  change: (bytes: Buffer) => Buffer,
): void {
  const file = engine.storage.files.get(name);
  assert.ok(file !== undefined);
  engine.storage.files.set(name, { ...file, bytes: change(Buffer.from(file.bytes)) });
}

const overwrite = (bytes: Buffer) => bytes.fill(0x55, 20_000, 23_000);

/**
 * Three versions; the second brought a content that the third has too, and its dblock is lost. No folder
 * changes, so the source still has all that was lost.
 */
export async function loseFileOfTwo(stage: Stage): Promise<void> {
  await versions(stage, 1);
  const before = new Set(namesOf(stage, 'dblock'));
  writeFileSync(join(stage.engine.source, 'file-8'), seededBytes(60_000, 301));
  await backUp(stage);
  const added = namesOf(stage, 'dblock').filter((name) => !before.has(name));
  writeFileSync(join(stage.engine.source, 'file-9'), seededBytes(60_000, 302));
  await backUp(stage);
  lose(stage, added);
  changeSource(stage, 3);
}

/** The two newest versions lose what their dblock held: what is left of them is not exactly known here. */
async function purgeBroken({ engine, history }: Stage, run: EngineRun): Promise<void> {
  const [newest = 0, second = 0] = await versionTimes(engine);
  history.doubt(new Set([newest, second]));
  await engine.purgeBroken(run);
}

async function repair({ engine }: Stage, run: EngineRun): Promise<void> {
  await engine.repair(run);
}

/** Space to reclaim, and the compaction that does so given up at its second upload. */
async function interruptCompaction(stage: Stage): Promise<void> {
  await versions(stage, 3);
  const { engine, history } = stage;
  const [, ...doomed] = await versionTimes(engine);
  await engine.delete({ options: ['--keep-versions=1', '--no-auto-compact=true'] });
  history.forget(new Set(doomed));
  const faults = faultAt('put', 2, { kind: 'error-after' });
  await engine.compact({ faults, options: ['--threshold=1'] }).catch(() => {});
}

async function interruptPurge(stage: Stage): Promise<void> {
  await versions(stage, 3);
  const { engine, history } = stage;
  history.doubtRows((row) => !row.endsWith(' file-5'));
  const faults = faultAt('put', 2, { kind: 'error-after' });
  await engine.purge((path) => path.endsWith('/file-5'), { faults }).catch(() => {});
}

/** Runs on a backup that has lost something, whose volumes are damaged, or whose database is of no use. */
const DAMAGED: readonly Scenario[] = [
  {
    name: 'backup that stores lost data again',
    prepare: async (stage) => {
      await versions(stage, 1);
      lose(stage, namesOf(stage, 'dblock').slice(0, 1));
    },
    act: backUp,
  },
  {
    name: 'backup that stores lost data again, without a database',
    prepare: async (stage) => {
      await versions(stage, 1);
      lose(stage, namesOf(stage, 'dblock').slice(0, 1));
      loseDatabase(stage);
    },
    act: backUp,
  },
  {
    name: 'backup that meets a damaged dblock',
    prepare: async (stage) => {
      await versions(stage, 1);
      spoil(stage, namesOf(stage, 'dblock'), overwrite);
      await stage.engine.test();
    },
    act: backUp,
  },
  {
    name: 'backup with a database that was put back',
    prepare: async (stage) => {
      const { databasePath } = stage.engine;
      await versions(stage, 1);
      copyFileSync(databasePath, `${databasePath}-old`);
      changeSource(stage, 1);
      await backUp(stage);
      copyFileSync(`${databasePath}-old`, databasePath);
      changeSource(stage, 2);
    },
    act: backUp,
  },
  { name: 'purge-broken-files', prepare: loseFileOfTwo, act: purgeBroken },
  {
    name: 'purge-broken-files without a database',
    prepare: async (stage) => {
      await loseFileOfTwo(stage);
      loseDatabase(stage);
    },
    act: purgeBroken,
  },
  {
    name: 'compact after an interrupted compaction',
    prepare: interruptCompaction,
    act: async ({ engine }, run) => void (await engine.compact(withOption(run, '--threshold=1'))),
  },
  {
    name: 'purge after an interrupted purge',
    prepare: interruptPurge,
    act: async ({ engine, history }, run) => {
      const isKept = (row: string) => !row.endsWith(' file-5');
      const { isComplete } = await engine.purge((path) => path.endsWith('/file-5'), run);
      if (isComplete) history.forgetRows(isKept);
    },
  },
  {
    name: 'repair after an interrupted backup',
    prepare: async (stage) => {
      await versions(stage, 1);
      changeSource(stage, 1);
      stage.history.see(stage.engine.source);
      await stage.engine.backup({ faults: faultAt('put', 2, { kind: 'error-after' }) }).catch(() => {});
    },
    act: repair,
  },
  {
    name: 'repair of a lost database and lost indexes',
    prepare: async (stage) => {
      await versions(stage, 2);
      lose(stage, namesOf(stage, 'dindex'));
      loseDatabase(stage);
    },
    act: repair,
  },
  {
    name: 'repair of a list and an index that were found faulty',
    prepare: async (stage) => {
      await versions(stage, 2);
      for (const kind of ['dlist', 'dindex'])
        spoil(stage, namesOf(stage, kind), (bytes) => bytes.fill(0, 40, 60));
      await stage.engine.test();
    },
    act: repair,
  },
  {
    name: 'test without a database',
    prepare: async (stage) => {
      await versions(stage, 2);
      loseDatabase(stage);
    },
    act: async ({ engine }, run) => void (await engine.test(run)),
  },
];

const WITH_LOCKS = '--remote-file-lock-duration=30D';
const LOCKING = { canLock: true };

const LOCKED: readonly Scenario[] = [
  {
    name: 'backup that locks its volumes',
    settings: LOCKING,
    prepare: async (stage) => {
      await versions(stage, 1);
      changeSource(stage, 1);
    },
    act: (stage, run) => backUp(stage, withOption(run, WITH_LOCKS)),
  },
  {
    name: 'set-locks',
    settings: LOCKING,
    prepare: (stage) => versions(stage, 2),
    act: async ({ engine }, run) => void (await engine.setLocks(withOption(run, WITH_LOCKS))),
  },
  {
    name: 'read-lock-info',
    settings: LOCKING,
    prepare: async (stage) => {
      await versions(stage, 1);
      await stage.engine.setLocks({ options: [WITH_LOCKS] });
    },
    act: async ({ engine }, run) => void (await engine.readLocks(run)),
  },
  {
    name: 'delete where volumes are locked',
    settings: LOCKING,
    prepare: async (stage) => {
      await versions(stage, 2);
      await stage.engine.setLocks({ options: [WITH_LOCKS] });
      changeSource(stage, 2);
      await backUp(stage);
    },
    act: async ({ engine }, run) => void (await engine.delete(withOption(run, '--keep-versions=1'))),
  },
];

const WITH_PARITY = { options: ['--parity-module=par2'] };
const lacksPar2 = () => (spawnSync('par2', ['-V']).error === undefined ? undefined : 'par2 is not installed');

const WITH_PARITY_DATA: readonly Scenario[] = [
  {
    name: 'backup with parity data',
    settings: WITH_PARITY,
    lacks: lacksPar2,
    prepare: async (stage) => {
      await versions(stage, 1);
      changeSource(stage, 1);
    },
    act: backUp,
  },
  {
    name: 'repair of a dblock from its parity data',
    settings: WITH_PARITY,
    lacks: lacksPar2,
    prepare: async (stage) => {
      await versions(stage, 1);
      const dblocks = namesOf(stage, 'dblock').filter((name) => !name.endsWith('.par2'));
      spoil(stage, dblocks, overwrite);
      await stage.engine.test();
    },
    act: repair,
  },
];

export const DAMAGE_SCENARIOS: readonly Scenario[] = [...DAMAGED, ...LOCKED, ...WITH_PARITY_DATA];
