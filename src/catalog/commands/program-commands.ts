import type { CommandDescriptor } from './command.ts';

/** Commands about the program and what it uses. */
export const programCommands: readonly CommandDescriptor[] = [
  {
    name: 'help',
    aliases: ['usage'],
    arguments: [{ name: 'topic', presence: 'optional' }],
    summary:
      'Explains a command, an option, a kind of destination, or the topics `options`, `filters`, `destinations` and `exit-codes`.',
    mainOptions: [],
  },
  {
    name: 'examples',
    aliases: ['example'],
    arguments: [],
    summary: 'Shows command lines for the first steps.',
    mainOptions: [],
  },
  {
    name: 'completion',
    aliases: [],
    arguments: [{ name: 'shell', presence: 'required' }],
    summary: 'Prints a script that lets bash, zsh or fish complete commands and options.',
    mainOptions: [],
  },
  {
    name: 'secret',
    aliases: [],
    arguments: [
      { name: 'action', presence: 'required' },
      { name: 'provider', presence: 'optional' },
      { name: 'name', presence: 'repeated' },
    ],
    summary: 'Looks into the stores that options can name secrets of: test, info, set.',
    description:
      '`secret test <provider> <name>...` says which secrets are there, never their values. `secret info` lists the providers and what their addresses may hold. `secret set <provider> <name>` stores a value, which is typed or read from standard input, so that it is never part of a command line.',
    mainOptions: ['overwrite', 'json'],
  },
  {
    name: 'send-mail',
    aliases: [],
    arguments: [],
    summary: 'Sends a mail to try the mail options.',
    mainOptions: ['send-mail-to', 'send-mail-url'],
  },
  {
    name: 'system-info',
    aliases: ['systeminfo'],
    arguments: [],
    summary: 'Shows versions of the program and of what it uses.',
    mainOptions: [],
  },
  {
    name: 'changelog',
    aliases: [],
    arguments: [],
    summary: 'Shows what each version of the program has changed.',
    mainOptions: [],
  },
  {
    name: 'version',
    aliases: [],
    arguments: [],
    summary: 'Prints the version of the program.',
    mainOptions: [],
  },
];
