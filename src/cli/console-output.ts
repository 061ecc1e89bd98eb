import { styleText } from 'node:util';
import type { Log, LogLevel } from '../base/index.ts';
import { createMessageGate, type FilterRule } from '../filters/index.ts';
import { ProgressLine, type ProgressState } from './progress-line.ts';
import { printable, type TextSink } from './terminal.ts';

/** Is told what is written, and may be told how far the operation is. */
export interface RunObserver extends Log {
  progress?(state: ProgressState): void;
}

export interface ConsoleOutputOptions {
  readonly standardOutput: TextSink;
  readonly standardError: TextSink;
  /** The least important messages that are printed. */
  readonly level: LogLevel;
  /** Ids of messages that are not printed. */
  readonly ignoredIds?: readonly string[];
  /** Rules on ids that decide whatever the level. */
  readonly rules?: readonly FilterRule[];
  /** Are told every message and every line about what is going on, printed or not. */
  readonly observers?: readonly RunObserver[];
  /** Ids of warnings that count as information. */
  readonly suppressedWarnings?: readonly string[];
  /** `json`: nothing but one object on standard output. */
  readonly mode: 'text' | 'json';
  /** No progress and no phases. */
  readonly isQuiet?: boolean;
}

/**
 * Everything that a command prints goes through here, so that the progress line, messages and results do not
 * get in each other's way.
 */
export interface ConsoleOutput extends Log {
  /** Tells the observers something that is printed elsewhere. */
  note(level: LogLevel, id: string, text: string): void;
  /** Prints a line of the result on standard output; nothing in JSON mode. */
  print(line?: string): void;
  /**
   * Prints a line about what is going on, such as the beginning of a phase; nothing when quiet or in JSON
   * mode. `id` is that of the message.
   */
  announce(line: string, id?: string): void;
  /** Answers a key press or a signal on standard error, however quiet the run is. */
  reply(line: string): void;
  /** Shows progress, on a terminal only. */
  progress(state: ProgressState): void;
  /** Keeps the one object that JSON mode prints at the end. */
  printJson(value: object): void;
  /** Prints the object that was kept together with `further`, in JSON mode. */
  finishJson(further: object): void;
  /** Whether `progress` shows anything. */
  readonly showsProgress: boolean;
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

/** The output of one run. */
export function createConsoleOutput(options: ConsoleOutputOptions): ConsoleOutput {
  const { standardOutput, standardError, isQuiet = false, observers = [] } = options;
  const isJson = options.mode === 'json';
  const messages = createMessageCounter(options.suppressedWarnings);
  const isPrinted = createMessageGate(options);
  let json: object | undefined;
  const progressLine = new ProgressLine(standardError);

  const writeLine = (sink: TextSink, line: string): void => {
    progressLine.hide();
    sink.write(`${line}\n`);
    progressLine.show();
  };

  return {
    write: (given, id, text) => {
      const level = messages.count(given, id);
      for (const observer of observers) observer.write(level, id, text);
      if (!isPrinted(level, id)) return;
      const line = printable(`${PREFIXES[level] ?? ''}${text}`);
      if (level === 'warning' || level === 'error')
        writeLine(standardError, colour(line, level, standardError));
      else writeLine(isJson ? standardError : standardOutput, line);
    },
    note: (level, id, text) => {
      for (const observer of observers) observer.write(level, id, text);
    },
    print: (line = '') => {
      if (!isJson) writeLine(standardOutput, printable(line));
    },
    announce: (line, id = 'progress') => {
      for (const observer of observers) observer.write('information', id, line);
      if (!isJson && !isQuiet) writeLine(standardOutput, printable(line));
    },
    reply: (line) => writeLine(standardError, line),
    progress: (state) => {
      for (const observer of observers) observer.progress?.(state);
      if (!isJson && !isQuiet) progressLine.update(state);
    },
    printJson: (value) => {
      json = value;
    },
    finishJson: (further) => {
      if (isJson && json !== undefined) writeLine(standardOutput, JSON.stringify({ ...json, ...further }));
    },
    showsProgress: standardError.isTTY === true && !isJson && !isQuiet,
    isJson,
    counts: messages.counts,
    close: () => progressLine.close(),
  };
}

/** Counts warnings and errors, and answers the level that a message has after suppressing. */
function createMessageCounter(suppressedWarnings: readonly string[] = []) {
  const suppressed = new Set(suppressedWarnings);
  const counts = { warnings: 0, errors: 0 };
  return {
    counts,
    count: (given: LogLevel, id: string): LogLevel => {
      const level = given === 'warning' && suppressed.has(id) ? 'information' : given;
      if (level === 'warning') counts.warnings++;
      if (level === 'error') counts.errors++;
      return level;
    },
  };
}

function colour(line: string, level: keyof typeof COLOURS, sink: TextSink): string {
  return sink.isTTY === true ? styleText(COLOURS[level], line) : line;
}
