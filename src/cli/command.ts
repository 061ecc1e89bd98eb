import type { Clock, RunControl } from '../base/index.ts';
import type { ExitCode } from '../catalog/index.ts';
import type { FilterRule } from '../filters/index.ts';
import type { Environment, ProgramSettings } from '../options/index.ts';
import type { ConsoleOutput } from './console-output.ts';
import type { PassphrasePurpose } from './passphrase.ts';
import type { RunBook } from './run-book.ts';
import type { ScriptHooks } from './script-hooks.ts';

/** Everything a command is given. It prints through `output` only, and reads the process nowhere. */
export interface CommandContext {
  /** The positional arguments behind the command; their number has been checked. */
  readonly arguments: readonly string[];
  readonly settings: ProgramSettings;
  /** `--include` and `--exclude` in their order. */
  readonly filters: readonly FilterRule[];
  readonly environment: Environment;
  readonly output: ConsoleOutput;
  readonly control: RunControl;
  /** Where the command notes what it did. */
  readonly book: RunBook;
  /** The user's scripts; those around the whole command are run by the caller. */
  readonly scripts: Pick<ScriptHooks, 'postBackup'>;
  readonly clock: Clock;
  /** The columns to print in. */
  readonly width: number;
  /**
   * The passphrase: that of the options or the environment, else asked for on the terminal, or read from standard input when that was asked for.
   * `undefined` with `--no-encryption`. Throws `CommandLineError`.
   */
  readonly passphrase: (purpose: PassphrasePurpose) => Promise<string | undefined>;
}

/** What each file in `commands/` exports as `run`. Errors are thrown; the caller prints them. */
export type RunCommand = (context: CommandContext) => Promise<ExitCode>;
