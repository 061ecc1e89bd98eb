/** One positional argument after the command. */
export interface CommandArgument {
  readonly name: string;
  readonly presence: 'required' | 'optional' | 'repeated' | 'required-repeated';
}

/** A command as help, documentation and shell completion show it. */
export interface CommandDescriptor {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly arguments: readonly CommandArgument[];
  /** One sentence. */
  readonly summary: string;
  readonly description?: string;
  /** Options that the command is mostly used with, shown in its help before all others. */
  readonly mainOptions: readonly string[];
}

/** The argument that most commands begin with. */
export const DESTINATION: CommandArgument = { name: 'destination', presence: 'required' };

/** How a command is written: `restore <destination> [<file>...]`. */
export function commandUsage(command: CommandDescriptor): string {
  return [command.name, ...command.arguments.map(argumentUsage)].join(' ');
}

function argumentUsage({ name, presence }: CommandArgument): string {
  switch (presence) {
    case 'required':
      return `<${name}>`;
    case 'optional':
      return `[<${name}>]`;
    case 'repeated':
      return `[<${name}>...]`;
    case 'required-repeated':
      return `<${name}>...`;
    default:
      return presence satisfies never;
  }
}
