import type { FilterRule } from '../filters/index.ts';

/** A command line taken apart, before anything is known of what its words mean. */
export interface ParsedArguments {
  /** In lower case; absent when there is no positional argument. */
  readonly command?: string;
  /** What follows the command. */
  readonly positionals: readonly string[];
  /** By name in lower case; `null` for an option without a value. Of several, the last. */
  readonly options: ReadonlyMap<string, string | null>;
  /** `--include` and `--exclude`, in their order. */
  readonly filters: readonly FilterRule[];
}

/** One `--name=value`; `null` where there is no equals sign. */
export interface WrittenOption {
  readonly name: string;
  readonly value: string | null;
}

const HELP_WORDS = new Set(['help', 'usage', '/help', '/usage', '/h', '-h']);

/**
 * Takes arguments apart by Duplicati's grammar: whatever begins with `--` is an option, anywhere; its value
 * stands behind the first `=`, and one pair of double quotes around it is removed; everything else is
 * positional, the command first. Behind a bare `--`, which Duplicati does not know, nothing is an option.
 */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  const positionals: string[] = [];
  const options = new Map<string, string | null>();
  const filters: FilterRule[] = [];
  const end = argv.indexOf('--');
  for (const [index, argument] of argv.entries()) {
    if (index === end) continue;
    const option = end >= 0 && index > end ? undefined : parseOption(argument);
    if (option === undefined) positionals.push(argument);
    else if (option.name === 'include' || option.name === 'exclude')
      filters.push({ kind: option.name, expression: option.value ?? '' });
    else options.set(option.name, option.value);
  }
  const [command, ...rest] = positionals;
  return {
    ...(command === undefined ? {} : { command: command.toLowerCase() }),
    positionals: rest,
    options,
    filters,
  };
}

/** Takes one option apart; `undefined` when the argument is none. */
export function parseOption(argument: string): WrittenOption | undefined {
  if (!argument.startsWith('--')) return undefined;
  const equals = argument.indexOf('=');
  if (equals < 0) return { name: nameOf(argument), value: null };
  return { name: nameOf(argument.slice(0, equals)), value: unquote(argument.slice(equals + 1)) };
}

/** What is asked for instead of a command: help (about a topic), or the version of the program. */
export function findRequest(
  parsed: ParsedArguments,
): { readonly kind: 'help'; readonly topic?: string } | { readonly kind: 'version' } | undefined {
  const words = parsed.command === undefined ? [] : [parsed.command, ...parsed.positionals];
  const asksForHelp = words.some((word) => HELP_WORDS.has(word.toLowerCase()));
  if (asksForHelp || (parsed.options.has('help') && parsed.options.get('help') === null)) {
    const topic = words.find((word) => !HELP_WORDS.has(word.toLowerCase()));
    return { kind: 'help', ...(topic === undefined ? {} : { topic }) };
  }
  if (words[0] === 'version' || (words.length === 0 && parsed.options.get('version') === null))
    return { kind: 'version' };
  return words.length === 0 ? { kind: 'help' } : undefined;
}

function nameOf(written: string): string {
  return written.replace(/^-+/, '').toLowerCase();
}

function unquote(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
