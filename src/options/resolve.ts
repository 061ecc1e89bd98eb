import type { OptionDeclaration, OptionType, OptionValues } from './declaration.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { OptionError } from './errors.ts';
import { findNearest } from './nearest.ts';
import { parseValue, type ValueContext } from './parse-value.ts';
import {
  createSettings,
  type OptionWarning,
  type Origin,
  type ResolvedValue,
  type Settings,
} from './settings.ts';

/** Options as they were written: names in lower case without dashes; `null` for an option without a value. */
export type OptionTexts = ReadonlyMap<string, string | null>;

export interface OptionSources {
  readonly commandLine?: OptionTexts;
  readonly parametersFile?: OptionTexts;
  readonly environment?: Environment;
  /** The query of the destination URL. Only options that may stand there are taken from it. */
  readonly destinationQuery?: OptionTexts;
  /** What the local database or the destination knows from earlier runs. */
  readonly stored?: OptionTexts;
  readonly context?: ValueContext;
}

const LINUX: ValueContext = { pathListSeparator: ':' };

/**
 * Settles every option of a list once. `further` options are known and checked too, but only in `texts` of
 * the answer. Names are checked and values parsed; aliases become names. Where several sources give an
 * option, the first of destination URL, parameters file, command line, environment, stored wins. Throws
 * `OptionError`: `option-unknown` (with the nearest name as hint; names from the environment and the URL are
 * not checked), `option-invalid`, `option-unavailable`.
 */
export function resolveOptions<const D extends OptionDeclaration>(
  declarations: readonly D[],
  sources: OptionSources,
  further: readonly OptionDeclaration[] = [],
): Settings<D> {
  const all: readonly OptionDeclaration[] = [...declarations, ...further];
  const byName = indexByName(all);
  const context = sources.context ?? LINUX;
  const texts = new Map<string, { text: string | null; origin: Origin }>();
  const take = (given: OptionTexts | undefined, origin: Origin, isStrict: boolean): void => {
    for (const [name, text] of given ?? []) {
      const declaration = byName.get(name.toLowerCase());
      if (declaration === undefined && isStrict) throw unknownOption(name, byName.keys());
      const mayStandHere = origin !== 'destination-url' || declaration?.inDestinationUrl === true;
      if (declaration !== undefined && mayStandHere) texts.set(declaration.name, { text, origin });
    }
  };
  take(sources.stored, 'stored', false);
  take(readEnvironment(all, sources.environment ?? {}), 'environment', false);
  take(sources.commandLine, 'command-line', true);
  take(sources.parametersFile, 'parameters-file', true);
  take(sources.destinationQuery, 'destination-url', false);

  const values = new Map<string, ResolvedValue>();
  const warnings: OptionWarning[] = [];
  for (const [name, { text, origin }] of texts) {
    const declaration = byName.get(name);
    if (declaration === undefined) throw new Error(`Option '${name}' lost its declaration`);
    const value = parseValue(declaration, text, context);
    checkSupport(declaration, value, warnings);
    values.set(name, { value, text, origin });
  }
  return createSettings(declarations, values, warnings);
}

/** The declarations by every name they go by. Two options with one name are a mistake in the program. */
export function indexByName<D extends OptionDeclaration>(declarations: readonly D[]): ReadonlyMap<string, D> {
  const byName = new Map<string, D>();
  for (const declaration of declarations) {
    for (const name of [declaration.name, ...(declaration.aliases ?? [])]) {
      if (byName.has(name)) throw new Error(`Two options are called '${name}'`);
      byName.set(name, declaration);
    }
  }
  return byName;
}

function unknownOption(name: string, known: Iterable<string>): OptionError {
  const nearest = findNearest(name.toLowerCase(), known);
  return new OptionError('option-unknown', `There is no option --${name}.`, {
    details: { option: name, ...(nearest === undefined ? {} : { nearest }) },
    hint: nearest === undefined ? "'ashlar help options' lists all options." : `Did you mean --${nearest}?`,
  });
}

function checkSupport(
  declaration: OptionDeclaration,
  value: OptionValues[OptionType],
  warnings: OptionWarning[],
): void {
  const { name, support = 'works', reason = '', deprecated } = declaration;
  if (support === 'refused' && !asksForNothing(declaration, value)) {
    throw new OptionError('option-unavailable', `Cannot obey option --${name}. ${reason}`, {
      details: { option: name },
      hint: 'Leave the option out to go on without it.',
    });
  }
  if (support === 'no-effect') {
    warnings.push({ id: 'option-without-effect', text: `Option --${name} has no effect. ${reason}` });
  } else if (deprecated !== undefined) {
    warnings.push({ id: 'option-deprecated', text: `Option --${name} is out of date. ${deprecated}` });
  }
}

/** True for values that change nothing: the default, or a flag that is off. */
function asksForNothing(declaration: OptionDeclaration, value: OptionValues[OptionType]): boolean {
  if (value === false || value === '') return true;
  return declaration.default !== undefined && JSON.stringify(value) === JSON.stringify(declaration.default);
}
