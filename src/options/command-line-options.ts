import { declareOptions } from './declaration.ts';

/** Options of the command line itself, which no operation reads. */
export const commandLineOptions = declareOptions('command line', [
  {
    name: 'parameters-file',
    aliases: ['parameter-file', 'parameterfile'],
    type: 'path',
    summary: 'Reads further options from a text file, one per line.',
    description:
      'Options in the file win over the command line. The file may also hold `--source=` lines (further sources), `--target=` (the destination) and `--replace-filter=`, `--append-filter=` or `--prepend-filter=` (rules with + or - before each, joined like a path list).',
  },
  {
    name: 'json',
    type: 'flag',
    summary: 'Prints one JSON object as the result, and nothing else, on standard output.',
  },
  {
    name: 'quiet-console',
    type: 'flag',
    summary: 'Prints neither progress nor phases; warnings, errors and the result remain.',
  },
  {
    name: 'force-passphrase-from-stdin',
    type: 'flag',
    summary: 'Reads the passphrase from the first line of standard input instead of asking on the terminal.',
  },
  {
    name: 'server-datafolder',
    type: 'path',
    defaultText: 'the data folder of the user',
    summary: 'The folder that holds local databases and the list of which destination uses which.',
  },
  {
    name: 'portable-mode',
    type: 'flag',
    summary: 'Keeps the data folder beside the program, as `data`.',
  },
  {
    name: 'auto-update',
    type: 'flag',
    summary: 'Looked for a newer version at the start.',
    support: 'no-effect',
    reason: 'Ashlar is updated by whatever installed it.',
  },
  {
    name: 'allowed-backend-modules',
    type: 'list',
    summary: 'Refuses all kinds of destination but these, named by scheme.',
  },
  {
    name: 'allowed-encryption-modules',
    type: 'list',
    summary: 'Refuses to encrypt with other modules than these.',
  },
  {
    name: 'allowed-compression-modules',
    type: 'list',
    summary: 'Refuses to write with other containers than these.',
  },
]);
