import type { Clock, RunControl } from '../base/index.ts';
import type { ExitCode } from '../catalog/index.ts';
import type { FilterRule } from '../filters/index.ts';
import type { Environment, ProgramSettings } from '../options/index.ts';
import type { ConsoleOutput } from './console-output.ts';
import type { PassphrasePurpose } from './passphrase.ts';
import type { Reporting } from './reporting.ts';
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
  /** Tells whoever the options name, beside what is told of the command itself. */
  readonly tell: (report: Parameters<Reporting['tell']>[0]) => void;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  readonly clock: Clock;
  /** The columns to print in. */
  readonly width: number;
  /**
   * The passphrase: that of the options or the environment, else asked for on the terminal, or read from
   * standard input when that was asked for. `undefined` with `--no-encryption`. Throws `CommandLineError`.
   */
  readonly passphrase: (purpose: PassphrasePurpose) => Promise<string | undefined>;
  /**
   * One line that must not be seen: typed on the terminal, else the first line of standard input. Throws
   * `CommandLineError` (`passphrase-missing`) for an empty one.
   */
  readonly hiddenValue: (question: string) => Promise<string>;
}

/** What each file in `commands/` exports as `run`. Errors are thrown; the caller prints them. */
export type RunCommand = (context: CommandContext) => Promise<ExitCode>;
