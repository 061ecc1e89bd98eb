import { constants, setPriority } from 'node:os';
import {
  AbortedByUser,
  errorCode,
  errorMessage,
  limitYoungSpace,
  processProfile,
  RunController,
  systemClock,
} from '../base/index.ts';
import { type CommandDescriptor, EXIT_CODES, type ExitCode } from '../catalog/index.ts';
import type { ResultObject } from '../operations/index.ts';
import type { ProgramSettings } from '../options/index.ts';
import { changeArguments } from './change-arguments.ts';
import type { CommandContext, RunCommand } from './command.ts';
import { CommandLineError } from './command-line-error.ts';
import { commandTable } from './command-table.ts';
import { concludeCommand } from './conclude-command.ts';
import type { ConsoleOutput } from './console-output.ts';
import { checkArguments, describedCommand } from './described-command.ts';
import { explainFullDisk } from './full-disk.ts';
import { LogNotes } from './logging/log-notes.ts';
import { openLogging } from './logging/open-logging.ts';
import { Redactor } from './logging/redact.ts';
import type { CompleteArguments } from './parameters-file.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { askHidden, askPassphrase, type PassphrasePurpose, readPassphraseLine } from './passphrase.ts';
import type { ProcessPort } from './process-port.ts';
import { formatProfile } from './profile-table.ts';
import { readParametersFile } from './read-parameters-file.ts';
import { Reporting } from './reporting.ts';
import { RunBook } from './run-book.ts';
import { createScriptHooks, type ScriptHooks } from './script-hooks.ts';
import { ScriptLog } from './script-log.ts';
import { settleArguments } from './settle-arguments.ts';
import { handleSignals } from './signals.ts';
import { widthOf } from './terminal.ts';

/** Commands that can be brought to an end early that leaves something whole. */
const STOPPABLE_COMMANDS: ReadonlySet<string> = new Set(['backup', 'compact', 'delete', 'purge', 'sync']);

/**
 * Finds the command, settles its options, runs it between the user's scripts and answers its exit code.
 * Errors are thrown.
 */
export async function runCommand(parsed: ParsedArguments, port: ProcessPort): Promise<ExitCode> {
  const descriptor = describedCommand(parsed.command ?? '');
  const load = commandTable[descriptor.name];
  if (load === undefined) {
    throw new CommandLineError(
      'command-unavailable',
      `Cannot run '${descriptor.name}': this version of Ashlar cannot do it yet.`,
    );
  }
  const complete = readParametersFile(parsed, port);
  checkArguments(descriptor, complete.positionals);
  const control = new RunController();
  const notes = new LogNotes();
  const settled = await settleArguments({ descriptor, complete, port, log: notes, signal: control.signal });
  const { revealed, settings } = settled;
  const redactor = new Redactor();
  redactor.hide(settled.secrets);
  const { redact } = redactor;
  const book = new RunBook(systemClock, redact);
  const reporting = new Reporting(descriptor, redact);
  const scriptLog = new ScriptLog(settings, redact);
  using _ = limitYoungSpace();
  using logging = openLogging(settings, port, { observers: [book, reporting, scriptLog], redact });
  const { output } = logging;
  reporting.open({ settings, positionals: complete.positionals, log: output });
  notes.writeTo(output);
  const forgetSignals = handleSignals({
    source: port.signals,
    control,
    first: STOPPABLE_COMMANDS.has(descriptor.name) ? 'stop' : 'abort',
    announce: output.reply,
    exit: port.exitNow,
  });
  const isProfiled = settings.get('profile') || settings.get('internal-profiling');
  if (isProfiled) processProfile.begin();
  try {
    // Before any thread is started: threads have the priority of the one that starts them.
    if (settings.get('use-background-io-priority')) setPriority(constants.priority.PRIORITY_LOW);
    for (const { id, text } of settings.warnings) output.write('warning', id, text);
    return await runBetweenScripts(
      {
        descriptor,
        complete,
        revealed,
        settings,
        book,
        reporting,
        scriptLog,
        output,
        control,
        port,
        redactor,
      },
      await load(),
    );
  } finally {
    output.close();
    forgetSignals();
    if (isProfiled) {
      const waitMs = performance.eventLoopUtilization().idle;
      port.standardError.write(formatProfile(processProfile.read(waitMs)));
    }
  }
}

interface Started {
  readonly descriptor: CommandDescriptor;
  /** The command line as it was written, with the changes that scripts made. */
  readonly complete: CompleteArguments;
  /** The same with secrets in the place of their names. */
  readonly revealed: CompleteArguments;
  readonly settings: ProgramSettings;
  readonly book: RunBook;
  readonly reporting: Reporting;
  readonly scriptLog: ScriptLog;
  readonly output: ConsoleOutput;
  readonly control: RunController;
  readonly port: ProcessPort;
  readonly redactor: Redactor;
}

async function runBetweenScripts(started: Started, command: { readonly run: RunCommand }): Promise<ExitCode> {
  const { output } = started;
  const before = await hooksOf(started)
    .before()
    .catch((error: unknown) => concludeFailure(started, error));
  if (!before.verdict.runs) return refusedByScript(before.verdict.weight, output);
  const changed = await applyChanges(started, before.changes);
  const { book, reporting, control } = changed;
  const scripts = hooksOf(changed);
  reporting.begin();
  let exitCode: ExitCode;
  try {
    exitCode = await command.run(commandContext(changed, scripts));
  } catch (error) {
    return await concludeFailure(changed, explainFullDisk(error), scripts);
  }
  const result = conclude(changed);
  await scripts.after(result);
  await reporting.conclude(result, control.signal);
  output.finishJson(book.hasResult ? { result } : {});
  return exitCode;
}

/**
 * Books and tells what a command, or a script that it needs, threw, and throws that. After an abort nobody is
 * kept waiting.
 */
async function concludeFailure(started: Started, error: unknown, scripts?: ScriptHooks): Promise<never> {
  const { output, control, reporting } = started;
  const isFailure = !(error instanceof AbortedByUser);
  output.note(isFailure ? 'error' : 'warning', errorCode(error) ?? 'unexpected', errorMessage(error));
  const result = conclude(started, error);
  if (!control.signal.aborted) {
    await scripts?.after(result);
    await reporting.conclude(result, control.signal);
  }
  throw error;
}

function conclude({ descriptor, book, settings, output, control }: Started, failure?: unknown): ResultObject {
  return concludeCommand({
    command: descriptor.name,
    book,
    settings,
    output,
    clock: systemClock,
    isInterrupted: control.isStopping(),
    failure,
  });
}

function hooksOf(started: Started): ScriptHooks {
  const { descriptor, revealed, settings, scriptLog, output, control, port } = started;
  return createScriptHooks({
    command: descriptor.name,
    positionals: revealed.positionals,
    settings,
    environment: port.environment,
    pathListSeparator: port.pathListSeparator,
    signal: control.signal,
    log: output,
    logLines: () => scriptLog.list(),
  });
}

/** The options and arguments as the scripts before the operation want them. */
async function applyChanges(started: Started, changes: ReadonlyMap<string, string | null>): Promise<Started> {
  if (changes.size === 0) return started;
  const { descriptor, port, output, control, redactor, reporting } = started;
  const complete = changeArguments(started.complete, changes, port.pathListSeparator);
  const settled = await settleArguments({ descriptor, complete, port, log: output, signal: control.signal });
  const { revealed, settings } = settled;
  redactor.hide(settled.secrets);
  reporting.open({ settings, positionals: complete.positionals, log: output });
  return { ...started, complete, revealed, settings };
}

function refusedByScript(weight: 'ok' | 'warning' | 'error', output: ConsoleOutput): ExitCode {
  output.announce('A script asked not to run the operation; nothing was done.', 'script-refused');
  output.finishJson({ isRefusedByScript: true });
  if (weight === 'ok') return EXIT_CODES.success;
  return weight === 'warning' ? EXIT_CODES.warnings : EXIT_CODES.errors;
}

function commandContext(started: Started, scripts: ScriptHooks): CommandContext {
  const { revealed, settings, book, reporting, redactor, output, control, port } = started;
  return {
    arguments: revealed.positionals,
    settings,
    filters: revealed.filters,
    environment: port.environment,
    output,
    control,
    book,
    scripts,
    redact: redactor.redact,
    tell: (report) => reporting.tell(report, control.signal),
    clock: systemClock,
    width: widthOf(port.standardOutput),
    passphrase: (purpose) => findPassphrase(settings, port, purpose),
    hiddenValue: (question) => askHidden(question, port.standardInput, port.standardError),
  };
}

async function findPassphrase(
  settings: ProgramSettings,
  port: ProcessPort,
  purpose: PassphrasePurpose,
): Promise<string | undefined> {
  if (settings.get('no-encryption')) return undefined;
  const given = settings.get(purpose === 'change' ? 'new-passphrase' : 'passphrase');
  if (given !== undefined && given !== '') return given;
  if (purpose !== 'change' && settings.get('force-passphrase-from-stdin'))
    return readPassphraseLine(port.standardInput);
  return askPassphrase({ input: port.standardInput, output: port.standardError, purpose });
}
