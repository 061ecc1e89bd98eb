import { systemClock } from '../../base/index.ts';
import { createMessageGate, type FilterRule, parseLogFilter } from '../../filters/index.ts';
import type { ProgramSettings } from '../../options/index.ts';
import { type ConsoleOutput, createConsoleOutput, type RunObserver } from '../console-output.ts';
import type { ProcessPort } from '../process-port.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { consoleLevel, fileLevel } from './log-level.ts';

/** Where the messages of a run go; disposing of it closes the log file. */
export interface Logging extends Disposable {
  readonly output: ConsoleOutput;
}

/** Opens console and log file as the options say. Throws `FilterError` for a log filter that cannot be understood. */
export function openLogging(
  settings: ProgramSettings,
  port: ProcessPort,
  {
    observers,
    redact,
  }: { readonly observers: readonly RunObserver[]; readonly redact: (text: string) => string },
): Logging {
  const failures: string[] = [];
  let tellFailure = (sentence: string): unknown => failures.push(sentence);
  const file = openFile(settings, redact, (sentence) => void tellFailure(sentence));
  const output = createConsoleOutput({
    standardOutput: port.standardOutput,
    standardError: port.standardError,
    level: consoleLevel(settings),
    ignoredIds: settings.get('console-log-ignore') ?? [],
    rules: [...retryRules(settings), ...parseLogFilter(settings.get('console-log-filter') ?? '')],
    suppressedWarnings: settings.get('suppress-warnings') ?? [],
    observers: file === undefined ? observers : [...observers, file],
    mode: settings.get('json') ? 'json' : 'text',
    isQuiet: settings.get('quiet-console'),
  });
  tellFailure = (sentence) => output.write('warning', 'log-file-unwritable', sentence);
  for (const sentence of failures) tellFailure(sentence);
  return { output, [Symbol.dispose]: () => file?.[Symbol.dispose]() };
}

/** `--debug-retry-errors` prints the error of every attempt, whatever the level. */
function retryRules(settings: ProgramSettings): readonly FilterRule[] {
  return settings.get('debug-retry-errors') ? [{ kind: 'include', expression: 'retry' }] : [];
}

function openFile(
  settings: ProgramSettings,
  redact: (text: string) => string,
  onFailure: (sentence: string) => void,
): LogFile | undefined {
  const path = settings.get('log-file');
  if (path === undefined) return undefined;
  const gate = createMessageGate({
    level: fileLevel(settings),
    ignoredIds: settings.get('log-file-log-ignore'),
    rules: parseLogFilter(settings.get('log-file-log-filter') ?? ''),
  });
  return openLogFile({ path, gate, clock: systemClock, redact, onFailure });
}
