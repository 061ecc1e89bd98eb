/** Any order of runs, faults and losses against a model that copies trees. */
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { BackupError } from '../../src/base/index.ts';
import { createEngine } from '../support/engine.ts';
import { type Fault, faultWhen } from '../support/fault-plan.ts';
import { History } from '../support/history.ts';
import { assertSound, versionTimes } from '../support/oracle.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { extent } from './extent.ts';
import { backUp, loseDatabase, type Stage } from './scenarios.ts';

const RUNS = extent === 'whole' ? 60 : 2;
const SEED = 12;
const LARGEST_BYTES = 300_000;

type Step = (stage: Stage) => Promise<void>;

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

const failingBackup = fault.map((met) =>
  named(`backup with '${met.fault.kind}' at call ${met.call}`, (stage) =>
    failing(() =>
      backUp(stage, { faults: faultWhen(({ callNumber }) => callNumber === met.call, met.fault) }),
    ),
  ),
);

const deletion = fc
  .record({ kept: fc.integer({ min: 1, max: 3 }), met: fc.option(fault) })
  .map(({ kept, met }) =>
    named(
      `delete but ${kept} versions${met === null ? '' : ` with '${met.fault.kind}' at call ${met.call}`}`,
      async (stage) => {
        const { engine, history } = stage;
        if (engine.storage.files.size === 0) return;
        history.doubt(new Set((await versionTimes(engine)).slice(kept)));
        const faults = faultWhen(
          ({ callNumber }) => callNumber === met?.call,
          met?.fault ?? { kind: 'error-before' },
        );
        await failing(() => engine.delete({ faults, options: [`--keep-versions=${kept}`, '--threshold=5'] }));
      },
    ),
  );

const otherwise = fc.constantFrom(
  named('backup', backUp),
  named('repair', async ({ engine }) => void (await failing(engine.repair))),
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
  named('stand the oracle', ({ engine, history }) => assertSound(engine, history, 'in between')),
);

test('any order of runs, faults and losses leaves every committed version', async (t) => {
  const step = fc.oneof(
    { weight: 4, arbitrary: edit },
    { weight: 1, arbitrary: remove },
    { weight: 3, arbitrary: failingBackup },
    { weight: 2, arbitrary: deletion },
    { weight: 6, arbitrary: otherwise },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), (steps) => follow(t, steps)),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
});

async function follow(t: TestContext, steps: readonly NamedStep[]): Promise<void> {
  const stage = { engine: await createEngine(t), history: new History() };
  writeFileSync(join(stage.engine.source, 'always'), 'there');
  for (const { take } of steps) await take(stage);
  await assertSound(stage.engine, stage.history, 'at the end');
}

/** Faults end runs; anything but an error that a user understands ends the test. */
async function failing(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
  }
}
