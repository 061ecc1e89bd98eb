import { tmpdir } from 'node:os';
import type { Log } from '../base/index.ts';
import type { CommandDescriptor } from '../catalog/index.ts';
import { parseDestinationUrl } from '../destinations/index.ts';
import {
  type Environment,
  type OptionTexts,
  type ProgramSettings,
  readEnvironment,
  resolveProgramOptions,
  secretProviderOptions,
} from '../options/index.ts';
import { secretValues } from './logging/redact.ts';
import type { CompleteArguments } from './parameters-file.ts';
import type { ProcessPort } from './process-port.ts';

export interface UnsettledArguments {
  readonly descriptor: CommandDescriptor;
  /** As they were written. */
  readonly complete: CompleteArguments;
  readonly port: Pick<ProcessPort, 'environment' | 'pathListSeparator'>;
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface SettledArguments {
  /** With secrets in the place of their names. */
  readonly revealed: CompleteArguments;
  readonly settings: ProgramSettings;
  /** What must not be written anywhere. */
  readonly secrets: readonly string[];
}

/** Settles the options of a command, those that only name a secret included. Throws `OptionError`, `SecretError`. */
export async function settleArguments(given: UnsettledArguments): Promise<SettledArguments> {
  const { descriptor, port } = given;
  const hasDestination = descriptor.arguments[0]?.name === 'destination';
  const { complete, environment, secrets } = await reveal(given, hasDestination);
  const [first] = complete.positionals;
  const settings = resolveProgramOptions({
    commandLine: complete.options,
    parametersFile: complete.fileOptions,
    environment,
    context: { pathListSeparator: port.pathListSeparator },
    ...(hasDestination && first !== undefined ? { destinationQuery: queryOf(first) } : {}),
  });
  return { revealed: complete, settings, secrets: [...secrets, ...secretValues(settings)] };
}

/** Where no provider is named, nothing of it is loaded. */
async function reveal({ complete, port, signal, log }: UnsettledArguments, hasDestination: boolean) {
  const { environment } = port;
  const given = { complete, environment, secrets: [] };
  if (!namesProvider(complete, environment)) return given;
  const { revealArguments } = await import('./reveal-arguments.ts');
  return revealArguments(given, {
    temporaryFolder: environment['TMPDIR'] ?? tmpdir(),
    hasDestination,
    signal,
    log,
  });
}

function namesProvider({ options, fileOptions }: CompleteArguments, environment: Environment): boolean {
  const name = 'secret-provider';
  if (options.has(name) || fileOptions.has(name)) return true;
  return readEnvironment(secretProviderOptions, environment).has(name);
}

function queryOf(destination: string): OptionTexts {
  return new Map(Object.entries(parseDestinationUrl(destination).query));
}
