import type { Clock } from '../base/index.ts';
import { concludeRun, databasePath, type ResultObject } from '../operations/index.ts';
import type { ProgramSettings } from '../options/index.ts';
import type { ConsoleOutput } from './console-output.ts';
import { readProgramVersion } from './program-version.ts';
import { describeOrigin } from './report-origin.ts';
import type { RunBook } from './run-book.ts';

/** Commands whose results are worth keeping: those that change or check something. */
const KEPT_COMMANDS: ReadonlySet<string> = new Set([
  'backup',
  'restore',
  'delete',
  'purge',
  'purge-broken-files',
  'repair',
  'compact',
  'test',
  'set-locks',
  'change-passphrase',
]);

export interface EndedCommand {
  readonly command: string;
  readonly book: RunBook;
  readonly settings: ProgramSettings;
  readonly output: ConsoleOutput;
  readonly clock: Clock;
  readonly isInterrupted: boolean;
  /** What the command threw. */
  readonly failure?: unknown;
}

/** Forms the result of a command and keeps it; a dry run keeps nothing. */
export function concludeCommand(ended: EndedCommand): ResultObject {
  const { command, book, settings, failure } = ended;
  const isKept = KEPT_COMMANDS.has(command) && book.target !== undefined && !settings.get('dry-run');
  return concludeRun(
    {
      facts: {
        operation: command,
        beginMs: book.beginMs,
        endMs: ended.clock.now(),
        version: readProgramVersion(),
        messages: book.messages,
        isInterrupted: ended.isInterrupted,
        fields: { ...book.fields, Extra: describeOrigin(settings) },
        ...(failure === undefined ? {} : { failure }),
      },
      transfer: book.transfer,
      quota: book.quota,
      databasePath: isKept ? knownDatabase(book) : undefined,
      retentionMs: settings.get('log-retention'),
      vacuumIntervalMs:
        settings.get('auto-vacuum') && failure === undefined
          ? settings.get('auto-vacuum-interval')
          : undefined,
    },
    ended.output,
  );
}

function knownDatabase({ target }: RunBook): string | undefined {
  try {
    return target === undefined ? undefined : databasePath(target, 'find');
  } catch {
    // Several databases are recorded for the destination: the command itself has said so.
    return undefined;
  }
}
