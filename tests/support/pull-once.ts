/** Pulls the source `web` of a bench whose folder is given, as a process of its own that can be killed. */
import { join } from 'node:path';
import process from 'node:process';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { MirrorDatabase } from '../../src/database/index.ts';
import { Configuration, pullSource } from '../../src/mirror/index.ts';
import { pullContext } from './pull-context.ts';

const folder = process.argv[2] ?? '';
using database = MirrorDatabase.open(join(folder, 'data', 'mirror.sqlite'));
const configuration = new Configuration(database, systemClock);
const outcome = await pullSource(
  configuration.source('web'),
  { configuration, vault: { store: () => Promise.reject(new Error('there is no vault')) } },
  pullContext(folder, database, { log: silentLog, events: { emit: () => {} } }),
);
process.exitCode = outcome.state === 'completed' ? 0 : 1;
