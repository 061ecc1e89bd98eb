/** Any order of runs, faults and losses against a model that copies trees. */
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { BackupError, type Clock } from '../../src/base/index.ts';
import { createEngine, type EngineRun } from '../support/engine.ts';
import type { Fault, FaultPlan } from '../support/fault-plan.ts';
import { History } from '../support/history.ts';
import { assertSound, versionTimes } from '../support/oracle.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { extent } from './extent.ts';
import { backUp, loseDatabase, type Stage } from './scenarios.ts';

const RUNS = extent === 'whole' ? 120 : 2;
const SEED = 12;
const LARGEST_BYTES = 300_000;
const STEP_MS = 10_000;
const DAY_MS = 86_400_000;

/** With the time that the runs see. */
interface TimedStage extends Stage {
  readonly pass: (ms: number) => void;
}

type Step = (stage: TimedStage) => Promise<void>;

/** What happens on its own, with a name that fast-check prints. */
interface NamedStep {
  readonly name: string;
  readonly take: Step;
  readonly toString: () => string;
}

function named(name: string, take: Step): NamedStep {
  return { name, take, toString: () => name };
}

const edit = fc
  .record({ file: fc.nat(6), sizeBytes: fc.nat(LARGEST_BYTES), seed: fc.nat(1000) })
  .map(({ file, sizeBytes, seed }) =>
    named(`write ${sizeBytes} bytes (${seed}) to file-${file}`, async ({ engine }) =>
      writeFileSync(join(engine.source, `file-${file}`), seededBytes(sizeBytes, seed)),
    ),
  );

const remove = fc
  .nat(6)
  .map((file) =>
    named(`remove file-${file}`, async ({ engine }) =>
      rmSync(join(engine.source, `file-${file}`), { force: true }),
    ),
  );

const FAULTS: readonly Fault[] = [
  { kind: 'error-before' },
  { kind: 'error-after' },
  { kind: 'break', afterBytes: 300 },
];

const fault = fc.record({ call: fc.integer({ min: 1, max: 12 }), fault: fc.constantFrom(...FAULTS) });
type MetFault = Parameters<Parameters<(typeof fault)['map']>[0]>[0];

/** The fault, or none, at a call of a run. */
function runWith(met: MetFault | null, options: readonly string[] = []): EngineRun {
  const faults: FaultPlan = ({ callNumber }) => (callNumber === met?.call ? met.fault : undefined);
  return { faults, options };
}

const nameOf = (what: string, met: MetFault | null) =>
  met === null ? what : `${what} with '${met.fault.kind}' at call ${met.call}`;

const failingBackup = fault.map((met) =>
  named(nameOf('backup', met), (stage) => failing(() => backUp(stage, runWith(met)))),
);

const deletion = fc
  .record({ kept: fc.integer({ min: 1, max: 3 }), met: fc.option(fault) })
  .map(({ kept, met }) =>
    named(nameOf(`delete but ${kept} versions`, met), async ({ engine, history }) => {
      if (engine.storage.files.size === 0) return;
      history.doubt(new Set((await versionTimes(engine)).slice(kept)));
      await failing(() => engine.delete(runWith(met, [`--keep-versions=${kept}`, '--threshold=5'])));
    }),
  );

const compaction = fc
  .option(fault)
  .map((met) =>
    named(nameOf('compact', met), ({ engine }) =>
      failing(() => engine.compact(runWith(met, ['--threshold=5']))),
    ),
  );

const purge = fc.record({ file: fc.nat(6), met: fc.option(fault) }).map(({ file, met }) =>
  named(nameOf(`purge file-${file}`, met), async ({ engine, history }) => {
    const isKept = (row: string) => !row.endsWith(` file-${file}`);
    history.doubtRows(isKept);
    await failing(async () => {
      await engine.purge((path) => path.endsWith(`/file-${file}`), runWith(met));
      history.forgetRows(isKept);
    });
  }),
);

const repairing = fc
  .option(fault)
  .map((met) => named(nameOf('repair', met), ({ engine }) => failing(() => engine.repair(runWith(met)))));

const locking = fc
  .option(fault)
  .map((met) =>
    named(nameOf('lock for a day', met), ({ engine }) =>
      failing(() => engine.setLocks(runWith(met, ['--remote-file-lock-duration=1D']))),
    ),
  );

const otherwise = fc.constantFrom(
  named('backup', backUp),
  named('lose the database', async (stage) => loseDatabase(stage)),
  named('copy the database', async ({ engine }) => {
    if (existsSync(engine.databasePath)) copyFileSync(engine.databasePath, join(engine.folder, 'copy'));
  }),
  named('put the copy back', async ({ engine }) => {
    if (existsSync(join(engine.folder, 'copy')))
      copyFileSync(join(engine.folder, 'copy'), engine.databasePath);
  }),
  named('lose the indexes', async ({ engine }) => {
    for (const name of engine.storage.files.keys())
      if (name.includes('.dindex.')) engine.storage.files.delete(name);
  }),
  named('let two days pass', async ({ pass }) => pass(2 * DAY_MS)),
  named('stand the oracle', async (stage) => assertStands(stage, 'in between')),
);

test('any order of runs, faults and losses leaves every committed version', async (t) => {
  const step = fc.oneof(
    { weight: 4, arbitrary: edit },
    { weight: 1, arbitrary: remove },
    { weight: 3, arbitrary: failingBackup },
    { weight: 2, arbitrary: deletion },
    { weight: 1, arbitrary: compaction },
    { weight: 1, arbitrary: purge },
    { weight: 2, arbitrary: repairing },
    { weight: 1, arbitrary: locking },
    { weight: 6, arbitrary: otherwise },
  );
  const steps = fc.array(step, { minLength: 6, maxLength: 14 });
  const isEncrypted = fc.boolean();
  await fc.assert(
    fc.asyncProperty(steps, isEncrypted, (chosen, encrypted) => follow(t, chosen, encrypted)),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  t.diagnostic(`${RUNS} sequences, seed ${SEED}`);
});

async function follow(t: TestContext, steps: readonly NamedStep[], isEncrypted: boolean): Promise<void> {
  let nowMs = Date.UTC(2026, 0, 1);
  const pass = (ms: number) => {
    nowMs += ms;
  };
  const clock: Clock = {
    now: () => {
      pass(STEP_MS);
      return nowMs;
    },
  };
  const settings = { clock, canLock: true, ...(isEncrypted ? { passphrase: 'some words' } : {}) };
  const stage = { engine: await createEngine(t, settings), history: new History(), pass };
  writeFileSync(join(stage.engine.source, 'always'), 'there');
  for (const { take } of steps) await take(stage);
  await assertStands(stage, 'at the end');
  rmSync(stage.engine.folder, { recursive: true });
}

/** What is locked stays after its time only until the next run. */
async function assertStands({ engine, history, pass }: TimedStage, label: string): Promise<void> {
  pass(2 * DAY_MS);
  await assertSound(engine, history, label);
}

/** Faults end runs; anything but an error that a user understands ends the test. */
async function failing(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
  }
}
