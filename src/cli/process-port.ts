import type { Environment } from '../options/index.ts';
import type { TerminalInput } from './hidden-input.ts';
import type { SignalSource } from './signals.ts';
import type { TextSink } from './terminal.ts';

/** The process as the command line sees it; tests hand in one of their own. */
export interface ProcessPort {
  /** The arguments behind the program's name. */
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly standardInput: TerminalInput;
  readonly standardOutput: TextSink;
  readonly standardError: TextSink;
  readonly signals: SignalSource;
  readonly pathListSeparator: ':' | ';';
  /** Ends the process without waiting for anything. */
  readonly exitNow: () => void;
}
