import type { OptionDeclaration, OptionType, OptionValues } from './declaration.ts';

/** Where a value came from; also the order in which origins win, the first over all others. */
const ORIGINS = [
  'destination-url',
  'parameters-file',
  'command-line',
  'environment',
  'stored',
  'default',
] as const;
export type Origin = (typeof ORIGINS)[number];

type ValueOf<D extends OptionDeclaration> = D extends {
  readonly type: 'choice';
  readonly choices: readonly (infer C)[];
}
  ? C
  : OptionValues[D['type']];

/** What `get` answers for a declaration: never `undefined` for flags and where there is a default. */
export type SettingOf<D extends OptionDeclaration> = D extends { readonly type: 'flag' }
  ? boolean
  : D extends { readonly default: OptionValues[OptionType] }
    ? ValueOf<D>
    : ValueOf<D> | undefined;

/**
 * One value with its text (`null`: the option stood without a value; `undefined` for declared defaults) and
 * its origin.
 */
export interface ResolvedValue {
  readonly value: OptionValues[OptionType];
  readonly text: string | null | undefined;
  readonly origin: Origin;
}

/** An option that was given and deserves a word, though it is no error. */
export interface OptionWarning {
  readonly id: 'option-deprecated' | 'option-without-effect';
  readonly text: string;
}

/** The values of a list of options, settled once and never changed. A name that is not declared does not compile. */
export interface Settings<D extends OptionDeclaration> {
  get<N extends D['name']>(name: N): SettingOf<Extract<D, { readonly name: N }>>;
  /** True when somebody gave a value, be it equal to the default. */
  isGiven(name: D['name']): boolean;
  /** Where the value in force came from; `default` also when there is none. */
  originOf(name: D['name']): Origin;
  /** All given options as texts by canonical name, for destinations, scripts and reports. Holds secrets. */
  readonly texts: Readonly<Record<string, string | null>>;
  readonly warnings: readonly OptionWarning[];
}

/** Wraps values that were parsed by the declarations of the same list. */
export function createSettings<D extends OptionDeclaration>(
  declarations: readonly D[],
  values: ReadonlyMap<string, ResolvedValue>,
  warnings: readonly OptionWarning[],
): Settings<D> {
  const defaults = new Map(
    declarations.map((declaration) => [declaration.name, declaration.default ?? emptyValue(declaration)]),
  );
  const texts: Record<string, string | null> = {};
  for (const [name, { text }] of values) if (text !== undefined) texts[name] = text;
  return Object.freeze({
    // The values come from `parseValue` with the declaration of this very name, which is what `SettingOf`
    // derives its answer from.
    get: (name: string) => (values.get(name)?.value ?? defaults.get(name)) as never,
    isGiven: (name: string) => (values.get(name)?.origin ?? 'default') !== 'default',
    originOf: (name: string) => values.get(name)?.origin ?? 'default',
    texts: Object.freeze(texts),
    warnings,
  });
}

function emptyValue(declaration: OptionDeclaration): boolean | undefined {
  return declaration.type === 'flag' ? false : undefined;
}
