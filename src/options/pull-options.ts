import { declareOptions } from './declaration.ts';

/** Backups pulled from servers; what is pulled and how stands in fields of the configuration, not in options. */
export const pullOptions = declareOptions('pulled backups', [
  {
    name: 'due',
    type: 'flag',
    commands: ['pull'],
    summary: 'Pulls every source whose time has come since it was pulled last.',
  },
  {
    name: 'name',
    type: 'text',
    commands: ['source', 'destination'],
    summary: 'The new name that `edit` gives a source or destination.',
    description: 'The folder of a source follows its name.',
  },
  {
    name: 'to',
    type: 'text',
    commands: ['restore-version'],
    summary: 'The folder to restore into, or `server` for the place on the server that it came from.',
    description: '`server:/path` means another folder of the server.',
  },
  {
    name: 'remove-orphans',
    type: 'flag',
    commands: ['cleanup'],
    summary: 'Deletes folders of versions that nothing knows of; without it they are named.',
  },
  {
    name: 'summary',
    type: 'flag',
    commands: ['monitor'],
    summary: 'Sums up the last seven days instead of looking at the state of things.',
  },
  {
    name: 'sort-by',
    type: 'choice',
    choices: ['name', 'health', 'versions', 'newest', 'size', 'used'],
    default: 'name',
    commands: ['sources'],
    summary: 'The column that the table is sorted by.',
  },
  {
    name: 'descending',
    type: 'flag',
    commands: ['sources'],
    summary: 'Sorts the other way round.',
  },
]);
