import { declareOptions } from './declaration.ts';

/** Which versions and files a command is about. */
export const selectionOptions = declareOptions('selection', [
  {
    name: 'version',
    type: 'versions',
    summary: 'The versions meant, such as 0,2-4; 0 is the newest.',
  },
  {
    name: 'time',
    type: 'time',
    defaultText: 'now',
    summary: 'Means the newest version at or before this time.',
  },
  { name: 'all-versions', type: 'flag', summary: 'Looks into every version.' },
  {
    name: 'list-prefix-only',
    type: 'flag',
    commands: ['list', 'find'],
    summary: 'Prints only the folder that all listed paths have in common.',
  },
  {
    name: 'list-folder-contents',
    type: 'flag',
    commands: ['list', 'find'],
    summary: 'Prints what lies directly in the folders that are named, or the sources where none is.',
  },
  {
    name: 'list-sets-only',
    type: 'flag',
    commands: ['list', 'find'],
    summary: 'Prints versions only.',
    description:
      'Without a local database, their times alone: nothing is fetched for it, and no passphrase is needed.',
  },
  {
    name: 'full-result',
    aliases: ['full-results'],
    type: 'flag',
    summary: 'Prints every detail of the result instead of a few.',
  },
  {
    name: 'no-local-db',
    type: 'flag',
    commands: [
      'list',
      'find',
      'restore',
      'compare',
      'list-filesets',
      'list-folder-content',
      'list-file-versions',
      'search',
    ],
    summary: 'Works from the destination alone, although there is a local database.',
  },
]);
