import type { Log } from '../base/index.ts';
import {
  type Environment,
  type OptionTexts,
  type ProgramOptionName,
  programOptions,
  readEnvironment,
  resolveOptions,
  secretProviderOptions,
  variableOf,
} from '../options/index.ts';
import { changeUrlValues, parseSecretPattern, revealSecrets, type SecretPattern } from '../secrets/index.ts';
import type { CompleteArguments } from './parameters-file.ts';
import { revealJson } from './reveal-json.ts';

/** A command line and the environment in which no option stands for a secret any more. */
export interface RevealedArguments {
  readonly complete: CompleteArguments;
  readonly environment: Environment;
  /** The secrets that were put in, to be kept out of everything that is written. */
  readonly secrets: readonly string[];
}

export interface RevealContext {
  readonly temporaryFolder: string;
  /** Whether the first argument is a destination, which may stand for a secret as a whole. */
  readonly hasDestination: boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Holds URLs and options of further destinations. */
const JSON_OPTION: ProgramOptionName = 'remote-sync-json-config';
/** These say how secrets are found, and stand for none. */
const OWN_OPTIONS: ReadonlySet<string> = new Set(secretProviderOptions.map(({ name }) => name));
const otherDeclarations = programOptions.filter(({ name }) => !OWN_OPTIONS.has(name));

/**
 * Puts secrets in the place of the option values, and of the values in the query of URLs, that name them,
 * where `--secret-provider` says whom to ask. Throws `SecretError`, and `OptionError` for options of its own
 * that cannot be understood.
 */
export async function revealArguments(
  given: RevealedArguments,
  context: RevealContext,
): Promise<RevealedArguments> {
  const { complete, environment } = given;
  const settings = resolveOptions(secretProviderOptions, {
    commandLine: pick(complete.options),
    parametersFile: pick(complete.fileOptions),
    environment,
  });
  const url = settings.get('secret-provider');
  if (url === undefined || url === '') return given;
  const pattern = parseSecretPattern(settings.get('secret-provider-pattern'));
  const names = findNames(given, context, pattern);
  if (names.length === 0) return given;
  const source = { url, cache: settings.get('secret-provider-cache') };
  const values = await revealSecrets(source, names, { ...context, environment });
  const reveal: Change = (text) => {
    const name = pattern.nameIn(text);
    return name === undefined ? text : (values.get(name) ?? text);
  };
  return { ...changeTexts(given, context, reveal), secrets: [...values.values()] };
}

/** The change of one text; `option` is the name of the option whose value it is. */
type Change = (text: string, option?: string) => string;

function findNames(
  given: RevealedArguments,
  context: RevealContext,
  pattern: SecretPattern,
): readonly string[] {
  const names = new Set<string>();
  changeTexts(given, context, (text, option) => {
    const name = pattern.nameIn(text);
    if (name !== undefined) names.add(name);
    else if (option !== undefined && pattern.isHalf(text))
      context.log.write(
        'information',
        'secret-half-named',
        `The value of option --${option} begins as the name of a secret does, and is taken as it stands.`,
      );
    return text;
  });
  return [...names];
}

function changeTexts(
  given: RevealedArguments,
  { hasDestination }: RevealContext,
  change: Change,
): RevealedArguments {
  const { environment } = given;
  const inUrl = (text: string): string => changeUrlValues(text, (value) => change(value));
  const ofOption = (name: string, text: string): string => {
    if (OWN_OPTIONS.has(name)) return text;
    return name === JSON_OPTION ? revealJson(text, (item) => inUrl(change(item))) : inUrl(change(text, name));
  };
  const ofOptions = (texts: OptionTexts): Map<string, string | null> =>
    new Map([...texts].map(([name, text]) => [name, text === null ? text : ofOption(name, text)]));
  const complete = {
    ...given.complete,
    options: ofOptions(given.complete.options),
    fileOptions: ofOptions(given.complete.fileOptions),
    positionals: given.complete.positionals.map((text, index) =>
      inUrl(hasDestination && index === 0 ? change(text) : text),
    ),
  };
  const variables = [...ofOptions(readEnvironment(otherDeclarations, environment))];
  return {
    ...given,
    complete,
    environment: {
      ...environment,
      ...Object.fromEntries(variables.map(([name, text]) => [variableOf(name), text ?? ''])),
    },
  };
}

function pick(texts: OptionTexts): OptionTexts {
  return new Map([...texts].filter(([name]) => OWN_OPTIONS.has(name)));
}
