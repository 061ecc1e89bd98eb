import { type CommandDescriptor, DESTINATION } from './command.ts';

/** Commands that make versions, look into them and bring files back. */
export const backupCommands: readonly CommandDescriptor[] = [
  {
    name: 'backup',
    aliases: [],
    arguments: [DESTINATION, { name: 'source', presence: 'repeated' }],
    summary: 'Stores the sources as a new version.',
    description:
      'A destination is a folder or a URL. A new destination is set up by its first backup; the passphrase is asked for, and settled then. Exit codes: 0 stored, 1 nothing had changed, 2 stored with warnings, 3 with errors, 50 stopped early.',
    mainOptions: [
      'passphrase',
      'no-encryption',
      'exclude',
      'include',
      'keep-time',
      'retention-policy',
      'dry-run',
    ],
  },
  {
    name: 'restore',
    aliases: [],
    arguments: [DESTINATION, { name: 'file', presence: 'repeated' }],
    summary: 'Brings files back, all of them or those that match.',
    description:
      'A bare name matches in every folder; a name that ends in a slash means everything below it; `@path` means exactly this path, and [brackets] a regular expression. Files that differ stay, and the restored ones are put beside them, unless --overwrite is given.',
    mainOptions: ['restore-path', 'version', 'time', 'overwrite', 'restore-permissions', 'dry-run'],
  },
  {
    name: 'list',
    aliases: [],
    arguments: [DESTINATION, { name: 'pattern', presence: 'repeated' }],
    summary: 'Lists versions, or the files of a version.',
    description:
      'Without a pattern, the versions. A number alone means that version, a time alone the newest version of that time or before. A bare name matches in every folder. Where nothing matches, all versions are looked through.',
    mainOptions: ['version', 'time', 'all-versions'],
  },
  {
    name: 'find',
    aliases: [],
    arguments: [DESTINATION, { name: 'pattern', presence: 'repeated' }],
    summary: 'Lists matching files in all versions.',
    mainOptions: ['version', 'time'],
  },
  {
    name: 'list-filesets',
    aliases: [],
    arguments: [DESTINATION],
    summary: 'Lists the versions.',
    mainOptions: ['no-local-db'],
  },
  {
    name: 'list-folder-content',
    aliases: ['list-folder-contents'],
    arguments: [DESTINATION, { name: 'folder', presence: 'repeated' }],
    summary: 'Lists what lies directly in folders of one version.',
    mainOptions: ['version', 'time'],
  },
  {
    name: 'list-file-versions',
    aliases: [],
    arguments: [DESTINATION, { name: 'path', presence: 'required-repeated' }],
    summary: 'Lists the versions that hold a path.',
    mainOptions: [],
  },
  {
    name: 'search',
    aliases: ['search-entries', 'search-files'],
    arguments: [DESTINATION, { name: 'folder', presence: 'repeated' }],
    summary: 'Searches paths in all versions, without regard to case.',
    mainOptions: ['include', 'exclude'],
  },
  {
    name: 'compare',
    aliases: [],
    arguments: [DESTINATION, { name: 'base', presence: 'optional' }, { name: 'to', presence: 'optional' }],
    summary: 'Shows what changed between two versions; without arguments, between the last two.',
    description:
      'A version is a number (0 is the newest) or a time, which means the version nearest to it. With one version, it is compared with the newest.',
    mainOptions: ['full-result'],
  },
  {
    name: 'test-filters',
    aliases: ['test-filter'],
    arguments: [{ name: 'source', presence: 'repeated' }],
    summary: 'Shows what a backup of the sources would take and leave out, and why.',
    mainOptions: ['include', 'exclude', 'exclude-files-attributes', 'skip-files-larger-than'],
  },
];
