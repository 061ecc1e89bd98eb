import { BackupError } from '../../src/base/index.ts';
import { faultAt } from '../support/fault-plan.ts';
import { lose, loseFileOfTwo, namesOf, spoil } from './damage-scenarios.ts';
import { backUp, loseDatabase, type Scenario, type Stage, versions, withOption } from './scenarios.ts';

/** The directory of a dblock is gone; each of its blocks can still be read. */
async function damageDirectory(stage: Stage): Promise<void> {
  await versions(stage, 2);
  spoil(stage, namesOf(stage, 'dblock'), (bytes) => bytes.fill(0, bytes.length - 22));
  await stage.engine.test();
}

/** Runs that put right what is damaged or lost, as far as that goes. */
export const MENDING_SCENARIOS: readonly Scenario[] = [
  {
    name: 'backup that goes on from volumes without any list',
    prepare: async (stage) => {
      stage.history.see(stage.engine.source);
      await stage.engine.backup({ faults: faultAt('put', 3, { kind: 'error-before' }) }).catch(() => {});
      loseDatabase(stage);
    },
    act: backUp,
  },
  {
    name: 'repair that makes a lost dblock again from the source',
    prepare: async (stage) => {
      await versions(stage, 1);
      lose(stage, namesOf(stage, 'dblock').slice(0, 1));
    },
    act: async ({ engine }, run) =>
      void (await engine.repair(withOption(run, '--rebuild-missing-dblock-files=true'))),
  },
  {
    name: 'repair of a dblock and a list that are lost at once',
    prepare: async (stage) => {
      await loseFileOfTwo(stage);
      lose(stage, namesOf(stage, 'dlist').slice(0, 1));
    },
    act: async ({ engine }, run) => {
      try {
        await engine.repair(run);
      } catch (error) {
        // What the next backup has to store again is told at the end.
        if (!(error instanceof BackupError && error.code === 'data-lost')) throw error;
      }
    },
  },
  {
    name: 'repair of a damaged dblock from what is left of it',
    prepare: damageDirectory,
    act: async ({ engine }, run) => void (await engine.repair(run)),
  },
  {
    name: 'compact that meets a damaged dblock',
    prepare: damageDirectory,
    act: async ({ engine }, run) => void (await engine.compact(run)),
  },
];
