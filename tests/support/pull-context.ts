import { join } from 'node:path';
import process from 'node:process';
import { systemClock } from '../../src/base/index.ts';
import type { MirrorDatabase } from '../../src/database/index.ts';
import { type MirrorContext, toolEnvironment } from '../../src/mirror/index.ts';

/** What a pull runs in, below one folder, but for those whom it tells. */
export function pullContext(
  folder: string,
  database: MirrorDatabase,
  told: Pick<MirrorContext, 'log' | 'events'>,
): MirrorContext {
  return {
    database,
    tools: {
      ssh: 'ssh',
      rsync: 'rsync',
      stateFolder: join(folder, 'data', 'mirror'),
      temporaryFolder: folder,
      environment: { ...toolEnvironment(process.env), HOME: folder },
    },
    clock: systemClock,
    signal: new AbortController().signal,
    isStopping: () => false,
    report: () => {},
    ...told,
  };
}
