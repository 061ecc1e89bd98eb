import { describeDestinations, listCommonNames } from '../destinations/index.ts';
import { describeGroups } from '../filters/index.ts';
import { findNearest } from '../options/index.ts';
import { type CommandDescriptor, commandUsage } from './commands/command.ts';
import { commandDescriptors, commandGroups, findCommand } from './commands.ts';
import { exitCodeRows } from './exit-codes.ts';
import { MODULE_NAMES, renderModule } from './module-topics.ts';
import { optionFacts, optionUsage } from './option-text.ts';
import { allOptions, findOption, optionsBySection } from './options.ts';
import { columns, wrap } from './wrap.ts';

export interface HelpOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** The commands that can be run; others are not shown in the overview. */
  readonly available: ReadonlySet<string>;
}

const LONGEST_COMMAND = Math.max(...commandDescriptors.map(({ name }) => name.length));

/** The text of `help` without a topic. */
export function renderOverview({ width, available }: HelpOptions): string {
  const groups = commandGroups.flatMap(({ title, commands }) => {
    const shown = commands.filter(({ name }) => available.has(name));
    const rows = shown.map(({ name, summary }) => [name, summary] as const);
    return rows.length === 0 ? [] : ['', `${title}:`, columns(rows, width, { leastLeft: LONGEST_COMMAND })];
  });
  return [
    wrap(
      'Ashlar makes encrypted, deduplicated, versioned backups in the storage format of Duplicati 2.',
      width,
    ),
    '',
    'Usage: ashlar <command> <destination> [arguments] [--option=value ...]',
    ...groups,
    '',
    wrap(
      "A destination is a folder or a URL. 'ashlar help <command>' explains a command, 'ashlar help <option>' an option, 'ashlar help options' lists all options.",
      width,
    ),
  ].join('\n');
}

/** The text about a command, an option, a module, a storage by its common name, or a topic; `undefined` when there is no such thing. */
export function renderTopic(topic: string, options: HelpOptions): string | undefined {
  const command = findCommand(topic);
  const text = TOPICS[topic.toLowerCase()]?.(options);
  if (command !== undefined)
    return [renderCommand(command, options), ...(text === undefined ? [] : ['', text])].join('\n');
  if (text !== undefined) return text;
  const name = topic.replace(/^--/, '');
  return findOption(name) === undefined ? renderModule(topic, options.width) : renderOption(name, options);
}

/** The command, option or topic that a wrong word may have meant. */
export function suggestTopic(topic: string): string | undefined {
  const words = [
    ...commandDescriptors.map(({ name }) => name),
    ...Object.keys(TOPICS),
    ...allOptions.map(({ name }) => name),
    ...MODULE_NAMES,
    ...listCommonNames(),
  ];
  return findNearest(topic.toLowerCase(), words);
}

const TOPICS: Readonly<Record<string, (options: HelpOptions) => string>> = {
  options: renderOptions,
  filters: renderFilters,
  destinations: renderDestinations,
  'exit-codes': renderExitCodes,
};

function renderCommand(command: CommandDescriptor, { width, available }: HelpOptions): string {
  const rows = command.mainOptions.flatMap((name) => {
    const option = findOption(name);
    return option === undefined ? [] : [[optionUsage(option), option.summary] as const];
  });
  const parts = [
    wrap(`Usage: ashlar ${commandUsage(command)} [--option=value ...]`, width),
    '',
    wrap(command.summary, width),
  ];
  if (command.description !== undefined) parts.push('', wrap(command.description, width));
  if (!available.has(command.name)) parts.push('', 'This version of Ashlar cannot do it yet.');
  if (command.aliases.length > 0) parts.push('', `Also: ${command.aliases.join(', ')}`);
  if (rows.length > 0) parts.push('', 'Options often used with it:', columns(rows, width));
  return parts.join('\n');
}

function renderOption(name: string, { width }: HelpOptions): string {
  const option = findOption(name);
  if (option === undefined) throw new Error(`There is no option '${name}'`);
  return [
    optionUsage(option),
    '',
    wrap(option.summary, width),
    ...(option.description === undefined ? [] : [wrap(option.description, width)]),
    '',
    ...optionFacts(option).map((fact) => wrap(fact, width)),
  ].join('\n');
}

function renderOptions({ width }: HelpOptions): string {
  return optionsBySection()
    .map(([section, options]) => {
      const shown = options.filter(({ support }) => support !== 'refused' && support !== 'no-effect');
      const rows = shown.map((option) => [optionUsage(option), option.summary] as const);
      return rows.length === 0
        ? ''
        : `${section[0]?.toUpperCase()}${section.slice(1)}:\n${columns(rows, width)}\n`;
    })
    .filter((text) => text !== '')
    .join('\n');
}

function renderFilters({ width }: HelpOptions): string {
  const rows = [
    ['/path/to/file', 'This path. Folders end in a slash.'],
    ['*.tmp', '* stands for any text, slashes included, ? for one character; the whole path has to match.'],
    ['[.*\\.(bak|old)]', 'A regular expression, which has to match the whole path.'],
    ['@/odd [name]', 'Exactly this path, whatever characters are in it.'],
    ['{DefaultExcludes}', 'A group, or several with commas between.'],
    ['%HOME%/x', 'A variable of the environment is put in.'],
  ] as const;
  const groups = Object.entries(describeGroups({ platform: 'linux' })).map(
    ([name, patterns]) => [name, patterns.join('  ')] as const,
  );
  return [
    wrap(
      'Rules are --include=<rule> and --exclude=<rule>, in their order; the first one that matches decides. What no rule matches is taken, unless there are only includes. A folder that is left out is never entered, so nothing below it can be included.',
      width,
    ),
    '',
    columns(rows, width),
    '',
    'Groups (on Linux):',
    columns(groups, width),
    '',
    wrap("'ashlar test-filters <source> ...' shows what a list of rules does.", width),
  ].join('\n');
}

function renderDestinations(): string {
  const kinds = describeDestinations().map(({ displayName, urlForms }) =>
    [`  ${displayName}`, ...urlForms.map((form) => `    ${form}`)].join('\n'),
  );
  return ['Destinations:', ...kinds].join('\n');
}

function renderExitCodes({ width }: HelpOptions): string {
  return ['Exit codes:', columns(exitCodeRows, width)].join('\n');
}
