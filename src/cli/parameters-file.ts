import { type FilterRule, parseFilterList } from '../filters/index.ts';
import { CommandLineError } from './command-line-error.ts';
import { type ParsedArguments, parseOption, type WrittenOption } from './parse-arguments.ts';

/** A command line together with the parameters file that it names. */
export interface CompleteArguments extends ParsedArguments {
  /** The options of the file, which win over those of the command line. */
  readonly fileOptions: ReadonlyMap<string, string | null>;
}

/** What a parameters file holds. */
export interface ParametersFile {
  readonly options: ReadonlyMap<string, string | null>;
  readonly filters: readonly FilterRule[];
  readonly sources: readonly string[];
  readonly target: string | undefined;
  /** Stands for all other rules. */
  readonly replacement: readonly FilterRule[] | undefined;
  /** Rules to put around all others. */
  readonly before: readonly FilterRule[];
  readonly after: readonly FilterRule[];
}

/** Commands that take the sources of a parameters file as arguments. */
const SOURCE_COMMANDS = new Set(['backup', 'test-filters', 'test-filter']);
const COMMANDS_WITHOUT_DESTINATION = new Set(['test-filters', 'test-filter']);

/**
 * Parses a parameters file: one option per line; empty lines and lines that begin with `#` mean nothing.
 * Throws `CommandLineError` (`parameters-file-invalid`), `FilterError`.
 */
export function parseParametersFile(text: string, separator: ':' | ';'): ParametersFile {
  const options = new Map<string, string | null>();
  const filters: FilterRule[] = [];
  const lists = new Map<string, readonly FilterRule[]>();
  const sources: string[] = [];
  for (const { name, value } of parseLines(text)) {
    if (name === 'include' || name === 'exclude') filters.push({ kind: name, expression: value ?? '' });
    else if (FILTER_LISTS.has(name)) lists.set(name, parseFilterList(value ?? '', separator));
    else if (name === 'source') sources.push(value ?? '');
    else options.set(name, value);
  }
  const target = options.get('target') ?? undefined;
  options.delete('target');
  return {
    options,
    filters,
    sources,
    replacement: lists.get('replace-filter'),
    before: lists.get('prepend-filter') ?? [],
    after: lists.get('append-filter') ?? [],
    target,
  };
}

const FILTER_LISTS = new Set(['replace-filter', 'prepend-filter', 'append-filter']);

function parseLines(text: string): readonly WrittenOption[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  return lines.flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const option = parseOption(trimmed);
    if (option !== undefined) return [option];
    throw new CommandLineError(
      'parameters-file-invalid',
      `Cannot use line ${index + 1} of the parameters file: it is no option.`,
      {
        details: { line: index + 1 },
        hint: 'Each line is an option such as --name=value; remarks begin with #.',
      },
    );
  });
}

/**
 * Puts a command line and a parameters file together. Throws `CommandLineError` (`filters-twice`) when both
 * give rules.
 */
export function applyParametersFile(parsed: ParsedArguments, file: ParametersFile): CompleteArguments {
  const { command = '' } = parsed;
  if (parsed.filters.length > 0 && file.filters.length > 0) {
    throw new CommandLineError(
      'filters-twice',
      'Cannot use filters from the command line together with filters from the parameters file.',
      { hint: 'Give them in one place, or use --append-filter or --prepend-filter in the file.' },
    );
  }
  const positionals = [...parsed.positionals];
  if (file.target !== undefined && !COMMANDS_WITHOUT_DESTINATION.has(command)) positionals[0] = file.target;
  if (SOURCE_COMMANDS.has(command)) positionals.push(...file.sources);
  return {
    ...parsed,
    positionals,
    filters: file.replacement ?? [...file.before, ...parsed.filters, ...file.filters, ...file.after],
    fileOptions: file.options,
  };
}
