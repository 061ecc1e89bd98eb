import type { FieldDeclaration, FieldPlace, FieldValues } from './field.ts';

const SOURCE = ['source'] as const;
const DESTINATION = ['destination'] as const;
/** Of a destination itself. */
const DESTINATIONS = ['destination', 'defaults'] as const;
const EVERYWHERE = ['source', 'destination', 'defaults'] as const;
const MEBIBYTE = 1024 * 1024;

/** Every field, in the order in which they are shown. */
export const FIELDS = [
  { name: 'host', type: 'host', places: SOURCE, required: true, summary: 'Name or address of the server.' },
  { name: 'user', type: 'user', places: SOURCE, required: true, summary: 'The account to log in with.' },
  {
    name: 'port',
    type: 'integer',
    places: SOURCE,
    default: 22,
    minimum: 1,
    maximum: 65_535,
    summary: 'The port of SSH.',
  },
  {
    name: 'key-file',
    type: 'path',
    places: EVERYWHERE,
    summary: "The private key; without one, those of the agent and the account's own.",
  },
  {
    name: 'jump',
    type: 'text',
    places: SOURCE,
    summary: 'A host to go through, as `user@host:port`; several with commas between.',
  },
  {
    name: 'host-key',
    type: 'list',
    places: SOURCE,
    summary:
      'Public keys of the server, as `ssh-keyscan` prints them behind the name; without one, the key of the first connection is pinned.',
  },
  {
    name: 'include',
    type: 'paths',
    places: SOURCE,
    required: true,
    summary: 'A path to pull; what does not begin with a slash begins at the home of the account.',
  },
  {
    name: 'exclude',
    type: 'list',
    places: SOURCE,
    summary:
      'A pattern of rsync to leave out; one that begins with a slash begins at the root of the server.',
  },
  {
    name: 'pre-command',
    type: 'list',
    places: SOURCE,
    summary: 'A command to run on the server first; all of them share one shell.',
  },
  {
    name: 'post-command',
    type: 'list',
    places: SOURCE,
    summary: 'A command to run on the server after the files have arrived.',
  },
  {
    name: 'always-command',
    type: 'list',
    places: SOURCE,
    summary: 'A command to run on the server at the end, also after a failure.',
  },
  {
    name: 'dump',
    type: 'dumps',
    places: SOURCE,
    summary: 'A command whose output becomes the file `_dumps/<name>` of the version, as `name:command`.',
  },
  {
    name: 'cron',
    type: 'cron',
    places: EVERYWHERE,
    summary: 'When `pull --due` pulls it, such as `0 3 * * *`.',
  },
  {
    name: 'zone',
    type: 'zone',
    places: EVERYWHERE,
    default: 'UTC',
    summary: 'The time zone of `cron`, and of days, weeks and months of cleanup.',
  },
  {
    name: 'mode',
    type: 'choice',
    choices: ['mirror', 'vault', 'both'],
    places: EVERYWHERE,
    default: 'mirror',
    summary: 'Whether versions are kept as plain folders, in a vault, or both.',
  },
  {
    name: 'vault',
    type: 'text',
    places: EVERYWHERE,
    summary: 'The destination URL of the vault. Sources with the same one share its blocks.',
  },
  {
    name: 'vault-path',
    type: 'path',
    places: SOURCE,
    default: '/',
    summary: "Where the server's paths begin in the vault; sources that share one need different places.",
  },
  {
    name: 'vault-parameters-file',
    type: 'path',
    places: EVERYWHERE,
    summary: 'A parameters file for the vault, which holds its passphrase and other options.',
  },
  {
    name: 'paused-until',
    type: 'time',
    places: SOURCE,
    summary: 'No notifications about it before this time.',
  },
  {
    name: 'path',
    type: 'path',
    places: DESTINATION,
    required: true,
    summary: 'The folder that holds the versions; it must be there.',
  },
  {
    name: 'mount',
    type: 'path',
    places: DESTINATION,
    summary: 'The mount point that has to be mounted for the destination to be used.',
  },
  {
    name: 'minimum-free',
    type: 'size',
    places: DESTINATIONS,
    default: 100 * MEBIBYTE,
    summary: 'No run begins with less space free.',
  },
  {
    name: 'healthy-disk-percent',
    type: 'integer',
    places: DESTINATIONS,
    default: 90,
    minimum: 1,
    maximum: 100,
    summary: 'More of the disk in use is unhealthy.',
  },
  {
    name: 'healthy-inode-percent',
    type: 'integer',
    places: DESTINATIONS,
    default: 90,
    minimum: 1,
    maximum: 100,
    summary: 'More of the inodes in use is unhealthy.',
  },
  {
    name: 'healthy-total-storage',
    type: 'size',
    places: DESTINATIONS,
    default: 0,
    summary: 'More space used by all versions of the destination is unhealthy; 0 is no limit.',
  },
  {
    name: 'parallel',
    type: 'integer',
    places: ['defaults'],
    default: 4,
    minimum: 1,
    summary: 'Pulls that run at once.',
  },
  {
    name: 'parallel-per-destination',
    type: 'integer',
    places: DESTINATIONS,
    default: 2,
    minimum: 1,
    summary: 'Pulls that write to one destination at once.',
  },
  {
    name: 'parallel-per-host',
    type: 'integer',
    places: ['defaults'],
    default: 1,
    minimum: 1,
    summary: 'Pulls that read from one host at once.',
  },
  {
    name: 'keep-log-days',
    type: 'integer',
    places: ['defaults'],
    default: 90,
    minimum: 1,
    summary: 'Log lines and failed runs are forgotten after this time.',
  },
  {
    name: 'cleanup',
    type: 'choice',
    choices: ['thin-out', 'keep-all'],
    places: EVERYWHERE,
    default: 'thin-out',
    summary: 'Whether cleanup deletes versions.',
  },
  {
    name: 'keep-all-days',
    type: 'integer',
    places: EVERYWHERE,
    default: 7,
    minimum: 0,
    summary: 'Every version of these first days stays.',
  },
  {
    name: 'keep-daily-days',
    type: 'integer',
    places: EVERYWHERE,
    default: 31,
    minimum: 0,
    summary: 'Of the days after those, the last version of each.',
  },
  {
    name: 'keep-weekly-weeks',
    type: 'integer',
    places: EVERYWHERE,
    default: 8,
    minimum: 0,
    summary: 'Then the last version of each ISO week.',
  },
  {
    name: 'keep-monthly-months',
    type: 'integer',
    places: EVERYWHERE,
    default: 4,
    minimum: 0,
    summary: 'Then the last version of each month.',
  },
  {
    name: 'keep-yearly-years',
    type: 'integer',
    places: EVERYWHERE,
    default: 2,
    minimum: 0,
    summary: 'Then the last version of each year; older ones go.',
  },
  {
    name: 'delete-oldest-above',
    type: 'size',
    places: EVERYWHERE,
    default: 0,
    summary: 'While the versions but the newest use more, the oldest goes; 0 is no limit.',
  },
  {
    name: 'healthy-age-days',
    type: 'integer',
    places: EVERYWHERE,
    default: 2,
    minimum: 1,
    summary: 'A newest version that is older is unhealthy.',
  },
  {
    name: 'healthy-storage',
    type: 'size',
    places: EVERYWHERE,
    default: 0,
    summary: 'More space used by the versions of a source is unhealthy; 0 is no limit.',
  },
  {
    name: 'healthy-shrink-percent',
    type: 'integer',
    places: EVERYWHERE,
    default: 50,
    minimum: 0,
    maximum: 100,
    summary: 'A version that is smaller than the one before by more than this is unhealthy; 100 allows all.',
  },
  {
    name: 'overdue-minutes',
    type: 'integer',
    places: EVERYWHERE,
    default: 120,
    minimum: 1,
    summary: 'A pull that has not begun so long after its time is overdue.',
  },
  {
    name: 'stuck-hours',
    type: 'integer',
    places: EVERYWHERE,
    default: 24,
    minimum: 1,
    summary: 'A pull that has run for longer is stuck.',
  },
  {
    name: 'sample-files',
    type: 'integer',
    places: EVERYWHERE,
    default: 20,
    minimum: 0,
    maximum: 10_000,
    summary: 'Files of the newest version that monitoring compares with the server, by checksum.',
  },
  { name: 'compress', type: 'flag', places: EVERYWHERE, default: true, summary: 'Compresses on the way.' },
  {
    name: 'hard-links',
    type: 'flag',
    places: EVERYWHERE,
    default: true,
    summary: 'Keeps hard links among the files of a server.',
  },
  { name: 'acls', type: 'flag', places: EVERYWHERE, default: true, summary: 'Keeps access control lists.' },
  { name: 'xattrs', type: 'flag', places: EVERYWHERE, default: true, summary: 'Keeps extended attributes.' },
  {
    name: 'follow-links',
    type: 'flag',
    places: EVERYWHERE,
    default: false,
    summary: 'Pulls what links point to instead of the links.',
  },
  {
    name: 'one-file-system',
    type: 'flag',
    places: EVERYWHERE,
    default: false,
    summary: 'Does not enter other file systems that are mounted below an include.',
  },
  {
    name: 'bandwidth',
    type: 'size',
    places: EVERYWHERE,
    default: 0,
    summary: 'Bytes a second at most; 0 is no limit.',
  },
  {
    name: 'connect-seconds',
    type: 'integer',
    places: EVERYWHERE,
    default: 20,
    minimum: 1,
    summary: 'How long a connection may take to come about.',
  },
  {
    name: 'silence-seconds',
    type: 'integer',
    places: EVERYWHERE,
    default: 600,
    minimum: 1,
    summary: 'How long rsync may hear nothing before the pull fails.',
  },
  {
    name: 'rsync-there',
    type: 'text',
    places: EVERYWHERE,
    summary: 'The command that starts rsync on the server, such as `sudo rsync`.',
  },
] as const satisfies readonly FieldDeclaration[];

export type Field = (typeof FIELDS)[number];
export type FieldName = Field['name'];
type Declared<N extends FieldName> = Extract<Field, { readonly name: N }>;

/** What a field is where it is read: always there when it has a default or is required. */
export type FieldResult<N extends FieldName> =
  | FieldValues[Declared<N>['type']]
  | (Declared<N> extends { readonly default: unknown } | { readonly required: true } ? never : undefined);

const byName: ReadonlyMap<string, FieldDeclaration> = new Map(FIELDS.map((field) => [field.name, field]));

/** The field of that name. */
export function findField(name: string): FieldDeclaration | undefined {
  return byName.get(name);
}

/** The fields that may stand in a place. */
export function fieldsOf(place: FieldPlace): readonly FieldDeclaration[] {
  return FIELDS.filter((field) => (field.places as readonly FieldPlace[]).includes(place));
}
