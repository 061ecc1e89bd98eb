/**
 * Runs one operation on the backup in a folder over a slow line:
 * `run-slowly.ts <folder> <operation> <seed> <start of its clock> [--option=value ...]`. Made to be killed.
 */
import process from 'node:process';
import { createFolderEngine, type Engine } from '../support/engine.ts';
import { fastClock } from '../support/fast-clock.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { slowDestination } from '../support/slow-destination.ts';

const [, , folder = '', operation = '', seed = '', startMs = '', ...options] = process.argv;
const random = seededRandom(Number(seed));
const engine = createFolderEngine(folder, {
  clock: fastClock(Number(startMs)),
  wrap: (inner) => slowDestination(inner, random),
});

const RUNS: Readonly<Record<string, (engine: Engine) => Promise<unknown>>> = {
  backup: ({ backup }) => backup({ options }),
  delete: (chosen) => chosen.delete({ options }),
  repair: ({ repair }) => repair({ options }),
  test: ({ test }) => test({ options }),
  compact: ({ compact }) => compact({ options }),
  purge: ({ purge }) => purge((path) => path.endsWith('/purged'), { options }),
  restore: ({ restore }) => restore(0, 'use', { options }),
};
const run = RUNS[operation];
if (run === undefined) throw new Error(`there is no operation '${operation}'`);
await run(engine);
