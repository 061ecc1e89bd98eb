import type { ExitCode } from '../../catalog/index.ts';
import { applyWords, effectiveRows, forgetHostKeys, renameSource, type Source } from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import type { OpenedMirror } from '../mirror/open-mirror.ts';
import { type Actions, runAction } from '../mirror/run-action.ts';
import { printFields } from '../mirror/show-fields.ts';

export async function run(command: CommandContext): Promise<ExitCode> {
  return runAction(command, 'source', ACTIONS);
}

const ACTIONS: Actions = {
  add: ({ command, mirror, name, words }) => {
    const { destination, fields } = takeDestination(words);
    const chosen = destination ?? onlyDestination(mirror);
    const source = mirror.configuration.addSource(name, chosen, applyWords('source', new Map(), fields));
    command.output.print(`Added '${name}', kept at ${source.folder}. 'ashlar pull' pulls it.`);
    command.output.printJson({ operation: 'source', added: name });
  },
  edit: ({ command, mirror, name, words }) => {
    const before = mirror.configuration.source(name);
    const { destination, fields } = takeDestination(words);
    const own = applyWords('source', before.own, fields);
    const after = mirror.configuration.putSource(name, destination ?? before.destination.name, own);
    if (after.folder !== before.folder)
      command.output.write(
        'warning',
        'pull-source-moved',
        `New versions go to '${after.folder}'; those at '${before.folder}' stay there and are not listed any more.`,
      );
    const newName = command.settings.get('name');
    const named =
      newName === undefined ? after : renameSource(name, newName, mirror.configuration, mirror.context);
    command.output.print(
      newName === undefined
        ? `Changed '${name}'.`
        : `'${name}' is called '${newName}' now, kept at ${named.folder}.`,
    );
    command.output.printJson({ operation: 'source', changed: named.name, folder: named.folder });
  },
  remove: ({ command, mirror, name }) => {
    const { folder } = mirror.configuration.source(name);
    mirror.configuration.removeSource(name);
    command.output.print(`Removed '${name}'. Its versions stay at '${folder}'.`);
    command.output.printJson({ operation: 'source', removed: name, folder });
  },
  show: ({ command, mirror, name }) => show(mirror.configuration.source(name), command),
  trust: ({ command, mirror, name }) => {
    const source = mirror.configuration.source(name);
    const had = forgetHostKeys(source, mirror.context.tools.stateFolder);
    command.output.print(
      had
        ? `Forgot the host key of '${name}'. The next pull pins the one that it is shown.`
        : `No host key of '${name}' was known.`,
    );
    command.output.printJson({ operation: 'source', forgotten: had });
  },
};

function show(source: Source, { output }: CommandContext): void {
  const rows = effectiveRows('source', source.settings);
  output.printJson({
    operation: 'source',
    name: source.name,
    destination: source.destination.name,
    folder: source.folder,
    fields: rows,
  });
  output.print(`${source.name}, at destination ${source.destination.name}: ${source.folder}`);
  printFields(rows, output);
}

/** The destination is a name, not a field: `destination=disk`. */
function takeDestination(words: readonly string[]): {
  readonly destination: string | undefined;
  readonly fields: readonly string[];
} {
  const prefix = 'destination=';
  const named = words.findLast((word) => word.startsWith(prefix));
  return {
    destination: named?.slice(prefix.length),
    fields: words.filter((word) => !word.startsWith(prefix)),
  };
}

function onlyDestination({ configuration }: OpenedMirror): string {
  const [only, ...others] = configuration.destinations();
  if (only !== undefined && others.length === 0) return only.name;
  throw new CommandLineError('arguments-missing', 'Nothing says which destination the source is kept at.', {
    hint:
      only === undefined
        ? "Make one first: 'ashlar destination add <name> path=<folder>'."
        : 'Give destination=<name>.',
  });
}
