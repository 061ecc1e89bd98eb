import { tmpdir } from 'node:os';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import {
  describeSecretProviders,
  expandProviderVariable,
  openSecretProvider,
  type ProviderDescriptor,
  type SecretContext,
  SecretError,
  type SecretProvider,
} from '../../secrets/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';

const ACTIONS: Readonly<Record<string, (context: CommandContext) => Promise<ExitCode>>> = { test, info, set };

/** Looks into secret providers. Values are never printed. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const [action = ''] = context.arguments;
  const perform = ACTIONS[action.toLowerCase()];
  if (perform !== undefined) return perform(context);
  throw new CommandLineError('arguments-invalid', `There is no action '${action}' for secrets.`, {
    details: { action },
    hint: `It can be ${Object.keys(ACTIONS).join(', ')}.`,
  });
}

async function test(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const [, url = '', ...names] = context.arguments;
  if (names.length === 0) throw needs('test', 'the address of a provider and the names of secrets');
  const values = await open(context, url).read(names);
  const found = names.map((name) => ({ name, isFound: (values.get(name) ?? '') !== '' }));
  for (const { name, isFound } of found) output.print(`${name}: ${isFound ? 'found' : 'not found'}`);
  output.printJson({ operation: 'secret', action: 'test', secrets: found });
  return found.every(({ isFound }) => isFound) ? EXIT_CODES.success : EXIT_CODES.errors;
}

async function info({ arguments: [, url], environment, output }: CommandContext): Promise<ExitCode> {
  const scheme = url === undefined ? undefined : schemeOf(expandProviderVariable(url, environment));
  const all = describeSecretProviders();
  const shown = scheme === undefined ? all : all.filter((provider) => provider.scheme === scheme);
  if (shown.length === 0) {
    throw new SecretError('secret-provider-unknown', `There is no secret provider '${scheme ?? ''}://'.`, {
      details: { scheme: scheme ?? '' },
      hint: `Known are ${all.map((provider) => `${provider.scheme}://`).join(', ')}.`,
    });
  }
  for (const provider of shown) for (const line of describe(provider)) output.print(line);
  output.printJson({ operation: 'secret', action: 'info', providers: shown });
  return EXIT_CODES.success;
}

async function set(context: CommandContext): Promise<ExitCode> {
  const { output, settings } = context;
  const [, url = '', name, given] = context.arguments;
  if (name === undefined) throw needs('set', 'the address of a provider and the name of a secret');
  const provider = open(context, url);
  if (provider.store === undefined) {
    throw new SecretError('secret-not-storable', 'This secret provider only gives secrets out.', {
      hint: 'Store the secret with the means of the provider. A file of secrets takes new ones when its address has a passphrase.',
    });
  }
  if (!settings.get('overwrite') && (await isTaken(provider, name))) {
    throw new SecretError('secret-exists', `There is a secret '${name}' already.`, {
      details: { name },
      hint: 'Nothing was changed. Use --overwrite to give it another value.',
    });
  }
  await provider.store(name, given ?? (await context.hiddenValue(`Value of ${name}: `)));
  output.print(`Stored: ${name}`);
  output.printJson({ operation: 'secret', action: 'set', name });
  return EXIT_CODES.success;
}

/** A file of secrets that is not there yet is made by the first one. */
async function isTaken(provider: SecretProvider, name: string): Promise<boolean> {
  try {
    return (await provider.read([name])).has(name);
  } catch (error) {
    if (error instanceof SecretError && error.details['reason'] === 'ENOENT') return false;
    throw error;
  }
}

function open({ environment, control }: CommandContext, url: string): SecretProvider {
  const context: SecretContext = {
    environment,
    signal: control.signal,
    temporaryFolder: environment['TMPDIR'] ?? tmpdir(),
  };
  return openSecretProvider(expandProviderVariable(url, environment), context);
}

function describe({ displayName, urlForms, parameters, canStore }: ProviderDescriptor): readonly string[] {
  return [
    `${displayName}${canStore ? '' : ' (gives secrets out only)'}`,
    ...urlForms.map((form) => `  ${form}`),
    ...Object.entries(parameters).map(([name, meaning]) => `    ${name}: ${meaning}`),
    '',
  ];
}

function schemeOf(url: string): string {
  return url.replace(/:\/\/.*$/s, '').toLowerCase();
}

function needs(action: string, what: string): CommandLineError {
  return new CommandLineError('arguments-missing', `'secret ${action}' needs ${what}.`, {
    hint: "'ashlar help secret' explains it.",
  });
}
