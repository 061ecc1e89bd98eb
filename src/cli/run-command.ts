import { readFileSync } from 'node:fs';
import { RunController, systemClock } from '../base/index.ts';
import {
  type CommandDescriptor,
  commandDescriptors,
  commandUsage,
  type ExitCode,
  findCommand,
} from '../catalog/index.ts';
import { parseDestinationUrl } from '../destinations/index.ts';
import {
  findNearest,
  type OptionTexts,
  type ProgramSettings,
  resolveProgramOptions,
} from '../options/index.ts';
import { CommandLineError } from './command-line-error.ts';
import { commandTable } from './command-table.ts';
import { type ConsoleOutput, createConsoleOutput } from './console-output.ts';
import { consoleLevel } from './log-level.ts';
import { applyParametersFile, type CompleteArguments, parseParametersFile } from './parameters-file.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { askPassphrase, readPassphraseLine } from './passphrase.ts';
import type { ProcessPort } from './process-port.ts';
import { handleSignals } from './signals.ts';
import { widthOf } from './terminal.ts';

const PARAMETERS_FILE_NAMES = ['parameters-file', 'parameter-file', 'parameterfile'] as const;

/** Finds the command, settles its options, runs it and answers its exit code. Errors are thrown. */
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
  const settings = settle(descriptor, complete, port);
  const output = openOutput(settings, port);
  const control = new RunController();
  const forgetSignals = handleSignals({
    source: port.signals,
    control,
    announce: (line) => port.standardError.write(`${line}\n`),
    exit: port.exitNow,
  });
  try {
    for (const { id, text } of settings.warnings) output.write('warning', id, text);
    const { run } = await load();
    return await run({
      arguments: complete.positionals,
      settings,
      filters: complete.filters,
      environment: port.environment,
      output,
      control,
      clock: systemClock,
      width: widthOf(port.standardOutput),
      passphrase: (purpose) => findPassphrase(settings, port, purpose),
    });
  } finally {
    output.close();
    forgetSignals();
  }
}

function describedCommand(name: string): CommandDescriptor {
  const descriptor = findCommand(name);
  if (descriptor !== undefined) return descriptor;
  const nearest = findNearest(
    name,
    commandDescriptors.map((command) => command.name),
  );
  throw new CommandLineError('command-unknown', `There is no command '${name}'.`, {
    details: { command: name },
    hint: nearest === undefined ? "'ashlar help' lists the commands." : `Did you mean '${nearest}'?`,
  });
}

function readParametersFile(parsed: ParsedArguments, port: ProcessPort): CompleteArguments {
  const path = PARAMETERS_FILE_NAMES.map((name) => parsed.options.get(name)).find(
    (value) => value !== undefined,
  );
  if (path === undefined || path === null) return { ...parsed, fileOptions: new Map() };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandLineError('parameters-file-unreadable', `Cannot read the parameters file '${path}'.`, {
      details: { path },
      cause: error,
    });
  }
  return applyParametersFile(parsed, parseParametersFile(text, port.pathListSeparator));
}

function checkArguments(descriptor: CommandDescriptor, given: readonly string[]): void {
  const usage = `ashlar ${commandUsage(descriptor)}`;
  const required = descriptor.arguments.filter(({ presence }) => presence.startsWith('required'));
  const missing = required[given.length];
  if (missing !== undefined) {
    throw new CommandLineError('arguments-missing', `The argument <${missing.name}> is missing.`, {
      hint: `Usage: ${usage}`,
    });
  }
  const takesMore = descriptor.arguments.some(({ presence }) => presence.endsWith('repeated'));
  const extra = given[descriptor.arguments.length];
  if (!takesMore && extra !== undefined) {
    throw new CommandLineError('arguments-extra', `The argument '${extra}' is one too many.`, {
      hint: `Usage: ${usage}`,
    });
  }
}

function settle(
  descriptor: CommandDescriptor,
  complete: CompleteArguments,
  port: ProcessPort,
): ProgramSettings {
  const [first] = complete.positionals;
  const hasDestination = descriptor.arguments[0]?.name === 'destination' && first !== undefined;
  return resolveProgramOptions({
    commandLine: complete.options,
    parametersFile: complete.fileOptions,
    environment: port.environment,
    context: { pathListSeparator: port.pathListSeparator },
    ...(hasDestination ? { destinationQuery: queryOf(first) } : {}),
  });
}

function queryOf(destination: string): OptionTexts {
  return new Map(Object.entries(parseDestinationUrl(destination).query));
}

function openOutput(settings: ProgramSettings, port: ProcessPort): ConsoleOutput {
  return createConsoleOutput({
    standardOutput: port.standardOutput,
    standardError: port.standardError,
    level: consoleLevel(settings),
    ignoredIds: settings.get('console-log-ignore') ?? [],
    suppressedWarnings: settings.get('suppress-warnings') ?? [],
    mode: settings.get('json') ? 'json' : 'text',
    isQuiet: settings.get('quiet-console'),
  });
}

async function findPassphrase(
  settings: ProgramSettings,
  port: ProcessPort,
  purpose: 'open' | 'create',
): Promise<string | undefined> {
  if (settings.get('no-encryption')) return undefined;
  const given = settings.get('passphrase');
  if (given !== undefined && given !== '') return given;
  if (settings.get('force-passphrase-from-stdin')) return readPassphraseLine(port.standardInput);
  return askPassphrase({ input: port.standardInput, output: port.standardError, purpose });
}
