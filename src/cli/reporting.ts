import { errorMessage, type Log, type LogLevel, systemClock } from '../base/index.ts';
import type { CommandDescriptor } from '../catalog/index.ts';
import {
  createNotifier,
  type LiveStatus,
  type Notifier,
  openLiveStatus,
  type Report,
} from '../notifications/index.ts';
import { mainOperation, type ResultObject, writeResult } from '../operations/index.ts';
import type { ProgramSettings } from '../options/index.ts';
import type { RunObserver } from './console-output.ts';
import type { ProgressState } from './progress-line.ts';
import { describeRun } from './report-origin.ts';

/** What posts during a run say of whose it is: nothing that names files. */
const TOLD_LIVE: ReadonlySet<string> = new Set([
  'backup-name',
  'backup-id',
  'machine-id',
  'machine-name',
  'next-scheduled-run',
  'operating-system',
  'destination-type',
]);

export interface ReportingContext {
  readonly settings: ProgramSettings;
  readonly positionals: readonly string[];
  readonly log: Log;
}

/**
 * Tells whoever the options name of a command: how it ends, what it finds, how it goes on. As an observer of
 * the output, it gathers what to tell.
 */
export class Reporting implements RunObserver {
  readonly #command: CommandDescriptor;
  readonly #redact: (text: string) => string;
  #context: ReportingContext | undefined;
  #notifier: Notifier | undefined;
  #live: LiveStatus | undefined;
  #sending: Promise<unknown> = Promise.resolve();

  constructor(command: CommandDescriptor, redact: (text: string) => string) {
    this.#command = command;
    this.#redact = redact;
  }

  /** Opens what the options ask for; again where a script has changed them. */
  open(context: ReportingContext): void {
    this.#context = context;
    this.#notifier = createNotifier({ ...context, redact: this.#redact, clock: systemClock });
  }

  /** Begins the posts that go on during the operation. */
  begin(): void {
    if (this.#context === undefined || !this.#isAboutBackup()) return;
    const { settings, positionals, log } = this.#context;
    const redact = this.#redact;
    const complain = (error: unknown): void =>
      log.write(
        'warning',
        'status-not-posted',
        redact(`The status cannot be posted: ${errorMessage(error)}`),
      );
    const operation = mainOperation(this.#command.name);
    const known = describeRun(settings, positionals);
    const origin = Object.fromEntries([...known].filter(([name]) => TOLD_LIVE.has(name)));
    try {
      this.#live = openLiveStatus({
        settings,
        operation,
        origin,
        clock: systemClock,
        redact,
        onFailure: complain,
      });
    } catch (error) {
      complain(error);
    }
  }

  write(level: LogLevel, id: string, text: string): void {
    this.#notifier?.write(level, id, text);
    this.#live?.write(level, id, text);
  }

  progress(state: ProgressState): void {
    this.#live?.progress(state);
  }

  /** Begins to tell something; `settle` waits for it. */
  tell(report: Omit<Report, 'values'> & { readonly values?: Report['values'] }, signal: AbortSignal): void {
    if (this.#notifier?.hasChannels !== true || this.#context === undefined) return;
    const { settings, positionals } = this.#context;
    const values = new Map([...describeRun(settings, positionals), ...(report.values ?? [])]);
    // One after the other, so that they arrive in their order.
    const send = this.#notifier.send.bind(this.#notifier, { ...report, values }, signal);
    this.#sending = this.#sending.then(send);
  }

  /** Tells how the command ended, where it is one about a backup, and waits until all is told. Never throws. */
  async conclude(result: ResultObject, signal: AbortSignal): Promise<void> {
    await this.#live?.end(result.ParsedResult);
    if (this.#isAboutBackup()) {
      const { Messages, Warnings, Errors, ...facts } = result;
      const exception = result['Exception'];
      this.tell(
        {
          operation: result.MainOperation,
          kind: this.#command.name === 'backup' ? 'usual' : 'other',
          result: result.ParsedResult,
          // Its lines stand below it, those that the channel asks for.
          text: writeResult(facts, 'Duplicati'),
          data: result,
          ...(typeof exception === 'string' ? { exception } : {}),
        },
        signal,
      );
    }
    await this.#sending;
  }

  #isAboutBackup(): boolean {
    return this.#command.arguments[0]?.name === 'destination';
  }
}
