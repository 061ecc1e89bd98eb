import type { Writable } from 'node:stream';
import { MirrorError } from '../error.ts';
import { type ProgramOutcome, type ProgramSurroundings, runProgram } from '../process/run-program.ts';
import type { Tools } from '../tools.ts';
import type { Connection } from './connection.ts';
import { explainConnection } from './explain-failure.ts';
import { quoteForShell } from './quote.ts';
import { SOURCE_ALIAS } from './ssh-config.ts';

/** `ssh` itself ends with this when the connection, not the command, failed. */
const SSH_FAILED = 255;

/** How to reach the far side of one run. */
export interface RemoteSide extends ProgramSurroundings {
  readonly connection: Connection;
  readonly tools: Tools;
}

export interface RemoteRequest {
  /** A script for `sh` on the server; what it is made from must be quoted. */
  readonly script: string;
  readonly input?: string;
  readonly sink?: Writable;
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a script on the server and answers how it ended. Throws `ssh-missing`, and the `ssh-…` errors where
 * there was no connection to run it over.
 */
export async function runRemote(side: RemoteSide, request: RemoteRequest): Promise<ProgramOutcome> {
  const { connection, tools } = side;
  const outcome = await runProgram({
    program: tools.ssh,
    arguments: [...connection.arguments, '--', SOURCE_ALIAS, `exec sh -c ${quoteForShell(request.script)}`],
    environment: side.environment,
    signal: side.signal,
    ...(request.input === undefined ? {} : { input: request.input }),
    ...(request.sink === undefined ? {} : { sink: request.sink }),
    ...(request.onLine === undefined ? {} : { onLine: request.onLine }),
  });
  if (outcome.isMissing) {
    throw new MirrorError('ssh-missing', `There is no program '${tools.ssh}' on this machine.`, {
      details: { program: tools.ssh },
      hint: 'Install the OpenSSH client.',
    });
  }
  if (outcome.exitCode === SSH_FAILED) throw explainConnection(connection.shown, outcome.errors);
  return outcome;
}
