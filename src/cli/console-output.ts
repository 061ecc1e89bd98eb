import { styleText } from 'node:util';
import { LOG_LEVELS, type Log, type LogLevel } from '../base/index.ts';
import { ProgressLine, type ProgressState } from './progress-line.ts';
import { printable, type TextSink } from './terminal.ts';

export interface ConsoleOutputOptions {
  readonly standardOutput: TextSink;
  readonly standardError: TextSink;
  /** The least important messages that are printed. */
  readonly level: LogLevel;
  /** Ids of messages that are not printed. */
  readonly ignoredIds?: readonly string[];
  /** Ids of warnings that count as information. */
  readonly suppressedWarnings?: readonly string[];
  /** `json`: nothing but one object on standard output. */
  readonly mode: 'text' | 'json';
  /** No progress and no phases. */
  readonly isQuiet?: boolean;
}

/** Everything that a command prints goes through here, so that the progress line, messages and results do not get in each other's way. */
export interface ConsoleOutput extends Log {
  /** Prints a line of the result on standard output; nothing in JSON mode. */
  print(line?: string): void;
  /** Prints a line about what is going on, such as the beginning of a phase; nothing when quiet or in JSON mode. */
  announce(line: string): void;
  /** Shows progress, on a terminal only. */
  progress(state: ProgressState): void;
  /** Prints the one object of JSON mode; nothing otherwise. */
  printJson(value: unknown): void;
  /** True when results are objects. */
  readonly isJson: boolean;
  /** Warnings and errors so far, printed or not. */
  readonly counts: { readonly warnings: number; readonly errors: number };
  /** Takes the progress line away. Call it at the end of the run. */
  close(): void;
}

const PREFIXES: Readonly<Partial<Record<LogLevel, string>>> = {
  'dry-run': '[Dryrun]: ',
  warning: 'Warning: ',
  error: 'Error: ',
};

const COLOURS = { warning: 'yellow', error: 'red' } as const;

export function createConsoleOutput(options: ConsoleOutputOptions): ConsoleOutput {
  const { standardOutput, standardError, isQuiet = false } = options;
  const isJson = options.mode === 'json';
  const messages = createMessageFilter(options);
  const progressLine = new ProgressLine(standardError);

  const writeLine = (sink: TextSink, line: string): void => {
    progressLine.hide();
    sink.write(`${line}\n`);
    progressLine.show();
  };

  return {
    write: (given, id, text) => {
      const level = messages.admit(given, id);
      if (level === undefined) return;
      const line = printable(`${PREFIXES[level] ?? ''}${text}`);
      if (level === 'warning' || level === 'error')
        writeLine(standardError, colour(line, level, standardError));
      else writeLine(isJson ? standardError : standardOutput, line);
    },
    print: (line = '') => {
      if (!isJson) writeLine(standardOutput, printable(line));
    },
    announce: (line) => {
      if (!isJson && !isQuiet) writeLine(standardOutput, printable(line));
    },
    progress: (state) => {
      if (!isJson && !isQuiet) progressLine.update(state);
    },
    printJson: (value) => {
      if (isJson) writeLine(standardOutput, JSON.stringify(value));
    },
    isJson,
    counts: messages.counts,
    close: () => progressLine.close(),
  };
}

/** Counts warnings and errors, and answers the level under which a message is printed, or `undefined` when it is not. */
function createMessageFilter({ level: leastLevel, ignoredIds, suppressedWarnings }: ConsoleOutputOptions) {
  const least = LOG_LEVELS.indexOf(leastLevel);
  const ignored = new Set(ignoredIds);
  const suppressed = new Set(suppressedWarnings);
  const counts = { warnings: 0, errors: 0 };
  return {
    counts,
    admit: (given: LogLevel, id: string): LogLevel | undefined => {
      const level = given === 'warning' && suppressed.has(id) ? 'information' : given;
      if (level === 'warning') counts.warnings++;
      if (level === 'error') counts.errors++;
      return LOG_LEVELS.indexOf(level) < least || ignored.has(id) ? undefined : level;
    },
  };
}

function colour(line: string, level: keyof typeof COLOURS, sink: TextSink): string {
  return sink.isTTY === true ? styleText(COLOURS[level], line) : line;
}
