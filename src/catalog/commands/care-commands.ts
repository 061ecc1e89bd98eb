import { type CommandDescriptor, DESTINATION } from './command.ts';

/** Commands that keep a backup whole and small. */
export const careCommands: readonly CommandDescriptor[] = [
  {
    name: 'delete',
    aliases: [],
    arguments: [DESTINATION],
    summary: 'Deletes versions, by number or by a rule of retention.',
    mainOptions: [
      'version',
      'keep-versions',
      'keep-time',
      'retention-policy',
      'allow-full-removal',
      'dry-run',
    ],
  },
  {
    name: 'purge',
    aliases: [],
    arguments: [DESTINATION, { name: 'path', presence: 'repeated' }],
    summary: 'Removes files from versions as if they had never been stored.',
    mainOptions: ['version', 'time', 'include', 'exclude', 'no-auto-compact', 'dry-run'],
  },
  {
    name: 'compact',
    aliases: [],
    arguments: [DESTINATION],
    summary: 'Rewrites volumes that are mostly wasted, and joins small ones.',
    mainOptions: ['threshold', 'small-file-size', 'small-file-max-count', 'dry-run'],
  },
  {
    name: 'test',
    aliases: ['verify'],
    arguments: [DESTINATION, { name: 'samples', presence: 'optional' }],
    summary: 'Downloads samples of the volumes, or `all`, and checks what is in them.',
    description: 'Exit codes: 0 no errors, 3 errors found, 100 nothing to test.',
    mainOptions: ['full-remote-verification', 'full-block-verification'],
  },
  {
    name: 'repair',
    aliases: [],
    arguments: [DESTINATION],
    summary:
      'Makes the local database and the destination agree, rebuilding the database when it is missing.',
    mainOptions: ['dry-run', 'rebuild-missing-dblock-files'],
  },
  {
    name: 'list-broken-files',
    aliases: [],
    arguments: [DESTINATION],
    summary: 'Lists files that cannot be restored because volumes are missing.',
    mainOptions: ['full-result'],
  },
  {
    name: 'purge-broken-files',
    aliases: [],
    arguments: [DESTINATION],
    summary: 'Removes files that cannot be restored from their versions.',
    mainOptions: ['disable-replace-missing-metadata', 'dry-run'],
  },
  {
    name: 'affected',
    aliases: [],
    arguments: [DESTINATION, { name: 'remote-file', presence: 'required-repeated' }],
    summary: 'Shows which versions and files need the named volumes.',
    mainOptions: ['full-result'],
  },
  {
    name: 'change-passphrase',
    aliases: [],
    arguments: [DESTINATION],
    summary: 'Encrypts all volumes with another passphrase.',
    description:
      'Volume after volume is fetched, encrypted anew and stored under a new name before the old one is deleted. A run that ends early loses nothing: the same command goes on, and with both --passphrase and --new-passphrase everything can be restored meanwhile. The time of each version moves by a second. Exit codes: 0 changed, 2 with warnings, 50 stopped early.',
    mainOptions: ['passphrase', 'new-passphrase', 'dry-run'],
  },
  {
    name: 'set-locks',
    aliases: ['setlocks'],
    arguments: [DESTINATION],
    summary: 'Lets the destination refuse to delete the volumes of versions for some time.',
    mainOptions: ['remote-file-lock-duration', 'version', 'time', 'all-versions'],
  },
  {
    name: 'read-lock-info',
    aliases: ['readlockinfo'],
    arguments: [DESTINATION],
    summary: 'Asks the destination until when volumes are locked.',
    mainOptions: ['refresh-lock-info-complete'],
  },
  {
    name: 'vacuum',
    aliases: [],
    arguments: [DESTINATION],
    summary: 'Makes the local database as small as possible.',
    mainOptions: [],
  },
  {
    name: 'create-report',
    aliases: [],
    arguments: [
      { name: 'destination', presence: 'optional' },
      { name: 'output', presence: 'optional' },
    ],
    summary: 'Writes a copy of the local database without names into a file for a report of a fault.',
    mainOptions: [],
  },
];
