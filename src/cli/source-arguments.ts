import { readFileSync, statSync } from 'node:fs';
import { BackupError, decodePath, errorMessage, toSystemPath } from '../base/index.ts';
import { expandVariables, findUselessRules, type UselessRule } from '../filters/index.ts';
import { type PreparedSources, prepareSources } from '../sources/index.ts';
import type { CommandContext } from './command.ts';
import { CommandLineError } from './command-line-error.ts';

type SourceContext = Pick<CommandContext, 'settings' | 'output' | 'environment' | 'filters'>;

/**
 * Makes the sources that the user named, on the command line or in a list, ready for a walk. Missing ones are
 * told, and a run goes on with the others unless the options say otherwise. Rules that can decide nothing are
 * told too.
 */
export function readSources(context: SourceContext, named: readonly string[]): PreparedSources {
  const { settings, environment, output } = context;
  const list = settings.get('sources-from');
  const paths = [
    ...named.map((path) => expandVariables(path, environment)),
    ...(list === undefined ? [] : readList(list)),
  ];
  checkNamed(settings, paths);
  const prepared = prepareSources(paths);
  for (const problem of prepared.problems) {
    if (settings.get('abort-if-source-missing')) throw problem;
    if (!settings.get('allow-missing-source')) output.write('warning', problem.code, problem.message);
  }
  const [empty] = prepared.empty;
  if (empty !== undefined && settings.get('prevent-empty-source')) {
    throw new BackupError('source-empty', `The source '${empty}' is empty.`, {
      details: { path: empty },
      hint: 'Nothing was changed. Something may have failed to be mounted there.',
    });
  }
  for (const { rule, reason } of uselessRules(context, prepared))
    output.announce(`The rule --${rule.kind}=${rule.expression} decides nothing: ${reason}.`);
  return prepared;
}

function checkNamed(settings: CommandContext['settings'], paths: readonly string[]): void {
  const hasStream =
    settings.get('stdin-filename') !== undefined || settings.get('stdin-command') !== undefined;
  if (paths.length > 0 || hasStream) return;
  throw new CommandLineError('arguments-missing', 'No source is named.', {
    hint: 'Name a folder or file, or use --sources-from, --stdin-filename or --stdin-command.',
  });
}

/** One path a line, or each ended by a NUL as `find -print0` writes them. */
function readList(path: string): string[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path === '-' ? STANDARD_INPUT : path);
  } catch (error) {
    throw new BackupError(
      'sources-unreadable',
      `Cannot read the list of sources '${path}': ${errorMessage(error)}.`,
      {
        details: { path },
        hint: 'Nothing was changed. The list holds one path a line.',
        cause: error,
      },
    );
  }
  const text = decodePath(bytes);
  const lines = text.includes('\0')
    ? text.split('\0')
    : text.split('\n').map((line) => line.replace(/\r$/, ''));
  return lines.filter((line) => line !== '');
}

const STANDARD_INPUT = 0;

/** Rules that can decide nothing about these sources. They may be there for others. */
export function uselessRules(
  { filters, environment }: Pick<SourceContext, 'filters' | 'environment'>,
  { roots, contained }: PreparedSources,
): readonly UselessRule[] {
  const surroundings = { roots: [...roots, ...contained], variables: environment, isFolder };
  return findUselessRules(filters, surroundings);
}

function isFolder(path: string): boolean {
  try {
    return statSync(toSystemPath(path), { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    // What cannot be looked at is told when the backup reads it.
    return false;
  }
}
