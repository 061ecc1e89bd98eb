import {
  formatDuration,
  formatSize,
  type OptionDeclaration,
  type OptionType,
  type OptionValues,
  variableOf,
} from '../options/index.ts';

/** What stands behind the equals sign, by type. */
const PLACEHOLDERS: Readonly<Record<OptionType, string>> = {
  flag: '',
  integer: 'number',
  decimal: 'number',
  size: 'size',
  duration: 'duration',
  time: 'time',
  versions: 'versions',
  retention: 'policy',
  choice: 'choice',
  flags: 'choice,...',
  path: 'path',
  'path-list': 'path:...',
  list: 'item,...',
  text: 'text',
  secret: 'secret',
};

/** How an option is written: `--dblock-size=<size>`. */
export function optionUsage(option: OptionDeclaration): string {
  const placeholder = PLACEHOLDERS[option.type];
  return placeholder === '' ? `--${option.name}` : `--${option.name}=<${placeholder}>`;
}

/** The default as a user would write it; `undefined` where there is none. Always derived, never written down twice. */
export function defaultText(option: OptionDeclaration): string | undefined {
  if (option.defaultText !== undefined) return option.defaultText;
  return option.default === undefined ? undefined : valueText(option.type, option.default);
}

/** Facts about an option beyond its summary, one sentence each: choices, bounds, default, aliases, support. */
export function optionFacts(option: OptionDeclaration): readonly string[] {
  const facts: (string | undefined)[] = [
    option.choices === undefined ? undefined : `One of ${option.choices.join(', ')}.`,
    boundsText(option),
    option.type === 'size' ? `Without a unit: ${option.unit ?? 'b'}.` : undefined,
    sentence('Default', defaultText(option)),
    sentence('Also', option.aliases?.map((alias) => `--${alias}`).join(', ')),
    sentence('For', option.commands?.join(', ')),
    sentence('Environment', variableOf(option.name)),
    option.fixed === true ? 'Settled by the first backup to a destination.' : undefined,
    option.inDestinationUrl === true ? 'May stand in the destination URL.' : undefined,
    sentence('Out of date', option.deprecated),
    option.support === 'no-effect' ? `Accepted without effect. ${option.reason ?? ''}` : undefined,
    option.support === 'refused' ? `Not available. ${option.reason ?? ''}` : undefined,
  ];
  return facts.filter((fact) => fact !== undefined).map((fact) => fact.trim());
}

function sentence(label: string, text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  return `${label}: ${text}${text.endsWith('.') ? '' : '.'}`;
}

function boundsText(option: OptionDeclaration): string | undefined {
  const { minimum, maximum, type } = option;
  if (minimum !== undefined && maximum !== undefined)
    return `From ${valueText(type, minimum)} to ${valueText(type, maximum)}.`;
  if (minimum !== undefined && minimum !== 0) return `At least ${valueText(type, minimum)}.`;
  return undefined;
}

function valueText(type: OptionType, value: OptionValues[OptionType]): string {
  if (typeof value === 'number') {
    if (type === 'size') return formatSize(value);
    if (type === 'duration') return formatDuration(value);
    return `${value}`;
  }
  if (Array.isArray(value)) return value.join(', ');
  return `${value}`.replaceAll('\n', ' ');
}
