import type { MirrorRunFacts } from '../../database/index.ts';
import type { Configuration, Source } from '../configuration/configuration.ts';
import type { MirrorContext, Tell } from '../context.ts';
import { RUN_TOKEN } from '../process/end-leftovers.ts';
import type { Connection } from '../ssh/connection.ts';
import type { RemoteSide } from '../ssh/run-remote.ts';
import type { VaultPort } from '../vault.ts';

/** What a pull needs besides the context of the room. */
export interface PullParts {
  readonly configuration: Configuration;
  readonly vault: VaultPort;
}

/** One pull under way: what its steps share. */
export interface PullJob {
  readonly source: Source;
  readonly context: MirrorContext;
  readonly runId: number;
  readonly side: RemoteSide;
  readonly tell: Tell;
  /** Books what was learnt. */
  readonly note: (facts: MirrorRunFacts) => void;
  readonly warn: (id: string, text: string) => void;
  readonly startedMs: number;
}

export function createSide(connection: Connection, context: MirrorContext, token: string): RemoteSide {
  return {
    connection,
    tools: context.tools,
    environment: { ...context.tools.environment, [RUN_TOKEN]: token },
    signal: context.signal,
  };
}
