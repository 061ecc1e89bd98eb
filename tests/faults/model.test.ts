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
import { runCases } from './run-cases.ts';
import { backUp, loseDatabase, type Stage } from './scenarios.ts';

const FAMILY = 'model';
const RUNS = 120;
const SAMPLE = 2;
const SEED = 12;
const LARGEST_BYTES = 300_000;
const STEP_MS = 10_000;
const DAY_MS = 86_400_000;

/** With the time that the runs see, and the name of the sequence. */
interface TimedStage extends Stage {
  readonly name: string;
  readonly pass: (ms: number) => void;
}

type Step = (stage: TimedStage) => Promise<void>;

/** What happens on its own, with a name for the message of a failure. */
interface NamedStep {
  readonly name: string;
  readonly take: Step;
}

function named(name: string, take: Step): NamedStep {
  return { name, take };
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
const sequence = fc.record({
  steps: fc.array(step, { minLength: 6, maxLength: 14 }),
  isEncrypted: fc.boolean(),
});
type Sequence = Parameters<Parameters<(typeof sequence)['map']>[0]>[0];

test('any order of runs, faults and losses leaves every committed version', async (t) => {
  const sequences = fc.sample(sequence, { numRuns: RUNS, seed: SEED });
  const cases = sequences.map((given, index) => {
    const name = `${FAMILY}: sequence ${index + 1} of seed ${SEED}`;
    return { name, run: () => follow(t, name, given) };
  });
  await runCases(t, cases, () => cases.slice(0, SAMPLE));
});

async function follow(t: TestContext, name: string, { steps, isEncrypted }: Sequence): Promise<void> {
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
  const stage = { name, engine: await createEngine(t, settings), history: new History(), pass };
  writeFileSync(join(stage.engine.source, 'always'), 'there');
  const taken: string[] = [];
  try {
    for (const { name: what, take } of steps) {
      taken.push(what);
      await take(stage);
    }
    await assertStands(stage, 'at the end');
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${message}\n  after: ${taken.join('; ')}`, { cause });
  }
  rmSync(stage.engine.folder, { recursive: true });
}

/** What is locked stays after its time only until the next run. */
async function assertStands({ name, engine, history, pass }: TimedStage, when: string): Promise<void> {
  pass(2 * DAY_MS);
  await assertSound(engine, history, `${name}, ${when}`);
}

/** Faults end runs; anything but an error that a user understands ends the test. */
async function failing(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
  }
}
