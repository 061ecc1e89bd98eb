import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { type OpenedMirror, openMirror } from './open-mirror.ts';

/** What an action on a named source or destination is given: `<command> <action> <name> <word>...`. */
export interface ActionRequest {
  readonly command: CommandContext;
  readonly mirror: OpenedMirror;
  readonly name: string;
  readonly words: readonly string[];
}

export type Actions = Readonly<Record<string, (request: ActionRequest) => void>>;

/** Runs the action that the first argument names. `thing` is what it is done to, for the message. */
export function runAction(command: CommandContext, thing: string, actions: Actions): ExitCode {
  const [action = '', name = '', ...words] = command.arguments;
  using mirror = openMirror(command);
  const act = actions[action];
  if (act === undefined) {
    throw new CommandLineError('arguments-invalid', `A ${thing} cannot be told to '${action}'.`, {
      hint: `The actions are ${Object.keys(actions).join(', ')}.`,
    });
  }
  act({ command, mirror, name, words });
  return EXIT_CODES.success;
}
