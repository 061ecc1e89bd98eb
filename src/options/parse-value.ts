import type { OptionDeclaration, OptionType, OptionValues } from './declaration.ts';
import { parseDuration } from './duration.ts';
import { OptionError, UnacceptedValue } from './errors.ts';
import { parseRetentionRules } from './retention-rules.ts';
import { parseSize } from './size.ts';
import { parseTime } from './time.ts';
import { parseVersionList } from './version-list.ts';

/** What parsing needs to know of the machine. */
export interface ValueContext {
  /** `:` on Linux and macOS, `;` on Windows. */
  readonly pathListSeparator: ':' | ';';
}

type Parser<T extends OptionType> = (
  text: string,
  declaration: OptionDeclaration,
  context: ValueContext,
) => OptionValues[T];

const TRUE_WORDS = new Set(['', '1', 'on', 'true', 'yes']);
const FALSE_WORDS = new Set(['0', 'off', 'false', 'no']);

const PARSERS: { readonly [T in OptionType]: Parser<T> } = {
  flag: (text) => parseFlag(text),
  integer: (text) => parseInteger(text),
  decimal: (text) => parseDecimal(text),
  size: (text, declaration) => parseSize(text, declaration.unit ?? 'b'),
  duration: (text) => parseDuration(text),
  time: (text) => parseTime(text),
  versions: (text) => parseVersionList(text),
  retention: (text) => parseRetentionRules(text),
  choice: (text, declaration) => parseChoice(text, declaration),
  flags: (text, declaration) => splitList(text, ',').map((word) => parseChoice(word, declaration)),
  path: (text) => text,
  'path-list': (text, _, context) => text.split(context.pathListSeparator).filter((path) => path !== ''),
  list: (text) => splitList(text, ','),
  text: (text) => text,
  secret: (text) => text,
};

/**
 * The value that a text means for an option; `null` is the option without a value. Throws `OptionError`
 * (`option-invalid`), which names the option, the text and what is accepted; of a secret, never the text.
 */
export function parseValue(
  declaration: OptionDeclaration,
  text: string | null,
  context: ValueContext,
): OptionValues[OptionType] {
  const given = text ?? declaration.bare;
  try {
    if (given === undefined && declaration.type !== 'flag') throw new UnacceptedValue('a value after "="');
    const value = PARSERS[declaration.type](given ?? '', declaration, context);
    if (typeof value === 'number') checkBounds(value, declaration);
    return value;
  } catch (error) {
    if (error instanceof UnacceptedValue) throw invalidValue(declaration, given, error.accepted);
    throw error;
  }
}

function invalidValue(
  declaration: OptionDeclaration,
  given: string | undefined,
  accepted: string,
): OptionError {
  const isShown = given !== undefined && declaration.type !== 'secret';
  return new OptionError(
    'option-invalid',
    isShown
      ? `Cannot use '${given}' for option --${declaration.name}: it takes ${accepted}.`
      : `Cannot use option --${declaration.name} as given: it takes ${accepted}.`,
    { details: { option: declaration.name, ...(isShown ? { value: given } : {}), accepted } },
  );
}

function checkBounds(value: number, { minimum, maximum, type }: OptionDeclaration): void {
  const unit = type === 'size' ? ' bytes' : type === 'duration' ? ' milliseconds' : '';
  if (minimum !== undefined && value < minimum) throw new UnacceptedValue(`at least ${minimum}${unit}`);
  if (maximum !== undefined && value > maximum) throw new UnacceptedValue(`at most ${maximum}${unit}`);
}

function parseFlag(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  if (FALSE_WORDS.has(word)) return false;
  throw new UnacceptedValue('true or false (also 1, on, yes, 0, off, no), or no value for true');
}

function parseInteger(text: string): number {
  const number = Number(text.trim());
  if (!/^[+-]?\d+$/.test(text.trim()) || !Number.isSafeInteger(number))
    throw new UnacceptedValue('a whole number');
  return number;
}

function parseDecimal(text: string): number {
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text.trim()))
    throw new UnacceptedValue('a number with a point before its decimals');
  return Number(text.trim());
}

function parseChoice(text: string, { choices = [], choiceAliases = {} }: OptionDeclaration): string {
  const word = text.trim().toLowerCase();
  const found = choices.find((choice) => choice.toLowerCase() === word) ?? choiceAliases[word];
  if (found === undefined) throw new UnacceptedValue(`one of ${choices.join(', ')}`);
  return found;
}

function splitList(text: string, separator: string): readonly string[] {
  return text
    .split(separator)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
}
