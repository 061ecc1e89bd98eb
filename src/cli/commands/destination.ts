import type { ExitCode } from '../../catalog/index.ts';
import { applyWords, claimDestination, effectiveRows } from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { type Actions, runAction } from '../mirror/run-action.ts';
import { printFields } from '../mirror/show-fields.ts';

export async function run(command: CommandContext): Promise<ExitCode> {
  return runAction(command, 'destination', ACTIONS);
}

const ACTIONS: Actions = {
  add: ({ command, mirror, name, words }) => {
    // A folder that cannot be claimed leaves no destination behind.
    mirror.database.transaction(() => {
      const fields = applyWords('destination', new Map(), words);
      claimDestination(mirror.configuration.addDestination(name, fields));
    });
    command.output.print(`Added '${name}'.`);
    command.output.printJson({ operation: 'destination', added: name });
  },
  edit: ({ command, mirror, name, words }) => {
    const own = applyWords('destination', mirror.configuration.destination(name).own, words);
    mirror.configuration.putDestination(name, own);
    const newName = command.settings.get('name');
    if (newName !== undefined) mirror.configuration.renameDestination(name, newName);
    command.output.print(
      newName === undefined ? `Changed '${name}'.` : `'${name}' is called '${newName}' now.`,
    );
    command.output.printJson({ operation: 'destination', changed: newName ?? name });
  },
  claim: ({ command, mirror, name }) => {
    claimDestination(mirror.configuration.destination(name));
    command.output.print(`The folder of '${name}' is marked as this destination.`);
    command.output.printJson({ operation: 'destination', claimed: name });
  },
  remove: ({ command, mirror, name }) => {
    const { path } = mirror.configuration.destination(name);
    mirror.configuration.removeDestination(name);
    command.output.print(`Removed '${name}'. What lies at '${path}' stays.`);
    command.output.printJson({ operation: 'destination', removed: name, path });
  },
  show: ({ command, mirror, name }) => {
    const destination = mirror.configuration.destination(name);
    const rows = effectiveRows('destination', destination.settings);
    command.output.printJson({ operation: 'destination', name, fields: rows });
    printFields(rows, command.output);
  },
};
