import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MirrorDatabase } from '../../database/index.ts';
import { Configuration, type MirrorContext, toolEnvironment } from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { findPlaces } from '../session.ts';
import { reportEvent } from './event-report.ts';

/** The pulls of this user, opened for a command. */
export interface OpenedMirror extends Disposable {
  readonly configuration: Configuration;
  readonly database: MirrorDatabase;
  readonly context: MirrorContext;
}

/** Opens what the data folder knows of pulls. Throws `database-…`. */
export function openMirror(command: CommandContext): OpenedMirror {
  const { dataFolder } = findPlaces(command);
  const stateFolder = join(dataFolder, 'mirror');
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  const database = MirrorDatabase.open(join(dataFolder, 'mirror.sqlite'));
  const { output, clock, control, environment } = command;
  return {
    database,
    configuration: new Configuration(database, clock),
    context: {
      database,
      tools: {
        ssh: 'ssh',
        rsync: 'rsync',
        stateFolder,
        temporaryFolder: environment['TMPDIR'] ?? tmpdir(),
        environment: toolEnvironment(environment),
      },
      clock,
      log: {
        write: (level, id, text) =>
          level === 'information' ? output.announce(text) : output.write(level, id, text),
      },
      signal: control.signal,
      isStopping: control.isStopping,
      events: {
        emit: (event) => {
          output.write('verbose', `event-${event.kind}`, `Event: ${JSON.stringify(event)}`);
          command.tell(reportEvent(event));
        },
      },
      report: ({ source, step, bytes }) =>
        output.progress({
          phase: step,
          filesDone: 0,
          filesTotal: undefined,
          bytesDone: bytes,
          bytesTotal: undefined,
          current: source,
        }),
    },
    [Symbol.dispose]: () => database[Symbol.dispose](),
  };
}
