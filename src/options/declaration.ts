import type { RetentionRule } from './retention-rules.ts';
import type { SizeUnit } from './size.ts';
import type { TimeExpression } from './time.ts';
import type { VersionRange } from './version-list.ts';

/** What the text of each type of option becomes. Durations are milliseconds, sizes bytes. */
export interface OptionValues {
  readonly flag: boolean;
  readonly integer: number;
  readonly decimal: number;
  readonly size: number;
  readonly duration: number;
  readonly time: TimeExpression;
  readonly versions: readonly VersionRange[];
  readonly retention: readonly RetentionRule[];
  readonly choice: string;
  readonly flags: readonly string[];
  readonly path: string;
  readonly 'path-list': readonly string[];
  readonly list: readonly string[];
  readonly text: string;
  readonly secret: string;
}

export type OptionType = keyof OptionValues;

/** Headings of the help, in their order there. */
export const OPTION_SECTIONS = [
  'command line',
  'storage format',
  'source',
  'transfer',
  'destinations',
  'verification and repair',
  'retention and compaction',
  'selection',
  'restore',
  'process',
  'logging and reports',
  'scripts',
  'notifications',
  'synchronization',
  'pulled backups',
] as const;
export type OptionSection = (typeof OPTION_SECTIONS)[number];

/** One option, declared once: command line, help, documentation, forms and validation all come from here. */
export interface OptionDeclaration {
  /** As Duplicati spells it, without dashes. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly type: OptionType;
  /** One sentence. */
  readonly summary: string;
  /** What else there is to know. */
  readonly description?: string;
  /** The value itself, in bytes or milliseconds where it has such a unit. A flag is false when nothing is said. */
  readonly default?: OptionValues[OptionType];
  /** What happens without the option, where that is no fixed value. */
  readonly defaultText?: string;
  /** The unit of a size without a suffix; `b` when absent. */
  readonly unit?: SizeUnit;
  /** Bounds of integers, decimals, sizes and durations, both allowed themselves. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** The spellings of a choice or of flags; given in any case. */
  readonly choices?: readonly string[];
  /** Further spellings of choices, in lower case. */
  readonly choiceAliases?: Readonly<Record<string, string>>;
  /** The text meant by the option without a value; without it, only flags may stand bare. */
  readonly bare?: string;
  /** The commands that read it; all when absent. */
  readonly commands?: readonly string[];
  /** True: settled by the first backup to a destination, and may not change later. */
  readonly fixed?: true;
  /** True: may also stand in the query of a destination URL, and wins there. */
  readonly inDestinationUrl?: true;
  /** Where it has a meaning, if not everywhere. */
  readonly platform?: 'linux' | 'windows' | 'macos';
  /** What to use instead. */
  readonly deprecated?: string;
  /**
   * Whether giving it has its effect (`works`, also when absent), is accepted and changes nothing
   * (`no-effect`), or is an error (`refused`, unless the value asks for nothing).
   */
  readonly support?: 'works' | 'no-effect' | 'refused';
  /** Why it has no effect or is refused; one sentence. */
  readonly reason?: string;
}

/** A declaration with the heading it stands under. */
export interface SectionedOption extends OptionDeclaration {
  readonly section: OptionSection;
}

type InSection<L extends readonly OptionDeclaration[], S> = {
  readonly [K in keyof L]: L[K] & { readonly section: S };
};

/** A list of options under one heading, with its names and choices kept as literal types. */
export function declareOptions<const S extends OptionSection, const L extends readonly OptionDeclaration[]>(
  section: S,
  declarations: L,
): InSection<L, S> {
  // Every element gains its section and nothing else, which a mapped tuple type cannot see through `map`.
  return declarations.map((declaration) => ({ ...declaration, section })) as unknown as InSection<L, S>;
}

type OfDestination<L extends readonly OptionDeclaration[]> = {
  readonly [K in keyof L]: L[K] & { readonly section: 'destinations'; readonly inDestinationUrl: true };
};

/** Options that only some kinds of destination read. All of them may stand in a destination URL. */
export function declareDestinationOptions<const L extends readonly OptionDeclaration[]>(
  declarations: L,
): OfDestination<L> {
  const section = 'destinations';
  // As in `declareOptions`.
  return declarations.map((declaration) => ({
    ...declaration,
    section,
    inDestinationUrl: true,
  })) as unknown as OfDestination<L>;
}

export const WINDOWS_ONLY = {
  platform: 'windows',
  support: 'refused',
  reason: 'It concerns Windows, which this version of Ashlar does not support.',
} as const;

export const MACOS_ONLY = {
  platform: 'macos',
  support: 'refused',
  reason: 'It concerns macOS, which this version of Ashlar does not support.',
} as const;
