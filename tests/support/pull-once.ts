/** Pulls the source `web` of a bench whose folder is given, as a process of its own that can be killed. */
import { join } from 'node:path';
import process from 'node:process';
import { silentLog, systemClock } from '../../src/base/index.ts';
import { MirrorDatabase } from '../../src/database/index.ts';
import { Configuration, pullSource, toolEnvironment } from '../../src/mirror/index.ts';

const folder = process.argv[2] ?? '';
using database = MirrorDatabase.open(join(folder, 'data', 'mirror.sqlite'));
const configuration = new Configuration(database, systemClock);
const outcome = await pullSource(
  configuration.source('web'),
  { configuration, vault: { store: () => Promise.reject(new Error('there is no vault')) } },
  {
    database,
    tools: {
      ssh: 'ssh',
      rsync: 'rsync',
      stateFolder: join(folder, 'data', 'mirror'),
      temporaryFolder: folder,
      environment: { ...toolEnvironment(process.env), HOME: folder },
    },
    clock: systemClock,
    log: silentLog,
    signal: new AbortController().signal,
    isStopping: () => false,
    events: { emit: () => {} },
    report: () => {},
  },
);
process.exitCode = outcome.state === 'completed' ? 0 : 1;
