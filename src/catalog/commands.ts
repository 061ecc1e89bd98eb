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

const DESTINATION: CommandArgument = { name: 'destination', presence: 'required' };

/** Every command, in the order of the help. (Names and arguments: those of Duplicati's command line.) */
export const commandDescriptors: readonly CommandDescriptor[] = [
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
    name: 'repair',
    aliases: [],
    arguments: [DESTINATION],
    summary:
      'Makes the local database and the destination agree, rebuilding the database when it is missing.',
    mainOptions: ['dry-run', 'rebuild-missing-dblock-files'],
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
    name: 'change-passphrase',
    aliases: [],
    arguments: [DESTINATION],
    summary: 'Encrypts all volumes with another passphrase.',
    description:
      'Volume after volume is fetched, encrypted anew and stored under a new name before the old one is deleted. A run that ends early loses nothing: the same command goes on, and with both --passphrase and --new-passphrase everything can be restored meanwhile. The time of each version moves by a second. Exit codes: 0 changed, 2 with warnings, 50 stopped early.',
    mainOptions: ['passphrase', 'new-passphrase', 'dry-run'],
  },
  {
    name: 'affected',
    aliases: [],
    arguments: [DESTINATION, { name: 'remote-file', presence: 'required-repeated' }],
    summary: 'Shows which versions and files need the named volumes.',
    mainOptions: ['full-result'],
  },
  {
    name: 'test-filters',
    aliases: ['test-filter'],
    arguments: [{ name: 'source', presence: 'repeated' }],
    summary: 'Shows what a backup of the sources would take and leave out, and why.',
    mainOptions: ['include', 'exclude', 'exclude-files-attributes', 'skip-files-larger-than'],
  },
  {
    name: 'backend',
    aliases: [],
    arguments: [
      { name: 'action', presence: 'required' },
      { name: 'destination', presence: 'required' },
      { name: 'file', presence: 'optional' },
      { name: 'as', presence: 'optional' },
    ],
    summary:
      'Lists, fetches, stores or deletes single files at a destination, creates its folder, or tests it.',
    description:
      'The action is one of list, get, put, delete, create, test. `get <destination> <name> [path]` fetches a file, `put <destination> <path> [name]` stores one, `delete <destination> <name>` removes one. `create` creates the folder. `test` lists, and writes, reads and deletes a small file.',
    mainOptions: ['auth-username', 'auth-password', 'overwrite'],
  },
  {
    name: 'backend-test',
    aliases: [],
    arguments: [DESTINATION],
    summary: 'Tries a destination with random files, and measures how fast it is.',
    description:
      'Each round stores files, replaces one, lists them, reads and compares all, and deletes them. Other files are left alone.',
    mainOptions: ['reruns', 'number-of-files', 'min-file-size', 'max-file-size'],
  },
  {
    name: 'authorize',
    aliases: [],
    arguments: [{ name: 'kind', presence: 'required' }],
    summary: 'Gets the permission to use a cloud drive for an application of your own.',
    description:
      'The kind is the scheme of the destination, such as googledrive. An address is printed, which a person opens in a browser on this machine, or on any one with --oauth-device-code; then the refresh token is printed that the destination takes as --oauth-refresh-token.',
    mainOptions: ['oauth-client-id', 'oauth-client-secret', 'oauth-redirect-port', 'oauth-device-code'],
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
    name: 'sync',
    aliases: [],
    arguments: [DESTINATION, { name: 'source', presence: 'required-repeated' }],
    summary: 'Mirrors the sources one to one, unencrypted.',
    description:
      'No backup: files lie at the destination as they are, in one state only, for everybody who can read there; so --no-encryption has to be given. Of a single folder the content is mirrored, of several sources each under its own name. Links, owners and permissions are not kept.',
    mainOptions: ['no-encryption', 'sync-remote-state', 'sync-verify-hash', 'sync-then-delete', 'dry-run'],
  },
  {
    name: 'sync-destinations',
    aliases: ['synctool'],
    arguments: [
      { name: 'from', presence: 'required' },
      { name: 'to', presence: 'required' },
    ],
    summary: 'Makes a destination hold what another one holds.',
    description:
      'Volumes are copied as they are, so that the copy is a backup of its own; no passphrase is needed. Volumes that the source no longer has go only with --confirm, and files of other origin never. Exit codes: 0 equal, 2 with warnings, 100 failed; the same command goes on where an earlier run ended.',
    mainOptions: ['confirm', 'retention', 'verify-contents', 'verify-get-after-put', 'dry-run'],
  },
  {
    name: 'pull',
    aliases: [],
    arguments: [{ name: 'pulled-source', presence: 'repeated' }],
    summary: 'Pulls sources over SSH, each as a new version.',
    description:
      'Exit codes: 0 all completed, 2 with warnings, 3 some failed, 100 all failed. What is pulled is configured with `source` and `destination`.',
    mainOptions: ['due', 'json'],
  },
  {
    name: 'source',
    aliases: [],
    arguments: [
      { name: 'action', presence: 'required' },
      { name: 'name', presence: 'required' },
      { name: 'field=value', presence: 'repeated' },
    ],
    summary: 'Configures a server to pull from: add, edit, remove, show, or trust its new host key.',
    description:
      '`source add web destination=disk host=web.example user=backup include=/etc include=/srv cron="0 3 * * *"`. An empty value takes a field away; `include+=/opt` adds one to a list, `include-=/opt` removes it. `show` names every value and where it comes from. `edit web --name=shop` renames it, and its folder.',
    mainOptions: ['name', 'json'],
  },
  {
    name: 'destination',
    aliases: [],
    arguments: [
      { name: 'action', presence: 'required' },
      { name: 'name', presence: 'required' },
      { name: 'field=value', presence: 'repeated' },
    ],
    summary: 'Configures a folder for pulled versions: add, edit, remove, show, or claim a new disk for it.',
    mainOptions: ['json'],
  },
  {
    name: 'pull-config',
    aliases: [],
    arguments: [
      { name: 'action', presence: 'required' },
      { name: 'argument', presence: 'repeated' },
    ],
    summary: 'Shows the configuration of pulls, applies a file of it, edits its defaults, prints its schema.',
    description:
      'Actions: `show` as JSON, `show toml`, `apply <file>` (TOML where its name ends in .toml, else JSON), `edit <field=value>...` for what holds everywhere, `schema`.',
    mainOptions: [],
  },
  {
    name: 'sources',
    aliases: [],
    arguments: [],
    summary: 'Lists the servers that are pulled from, with their versions.',
    mainOptions: ['sort-by', 'descending', 'json'],
  },
  {
    name: 'destinations',
    aliases: [],
    arguments: [],
    summary: 'Lists the folders of pulled versions, with the space on their disks.',
    mainOptions: ['json'],
  },
  {
    name: 'versions',
    aliases: [],
    arguments: [{ name: 'pulled-source', presence: 'required' }],
    summary: 'Lists the versions of a pulled source.',
    mainOptions: ['json'],
  },
  {
    name: 'cleanup',
    aliases: [],
    arguments: [{ name: 'pulled-source', presence: 'repeated' }],
    summary: 'Thins out pulled versions by the rules of their sources, and removes what runs left behind.',
    mainOptions: ['dry-run', 'remove-orphans', 'json'],
  },
  {
    name: 'monitor',
    aliases: [],
    arguments: [],
    summary: 'Looks whether pulled sources and their destinations are healthy.',
    description: 'Exit codes: 0 all healthy, 3 something is not.',
    mainOptions: ['summary', 'json'],
  },
  {
    name: 'find-files',
    aliases: [],
    arguments: [
      { name: 'pulled-source', presence: 'required' },
      { name: 'pattern', presence: 'required' },
    ],
    summary: 'Finds files by name in all versions of a pulled source.',
    description:
      '`*`, `?` and `[a-z]` are understood; a pattern with a slash is compared with the whole path.',
    mainOptions: ['json'],
  },
  {
    name: 'find-content',
    aliases: [],
    arguments: [
      { name: 'pulled-source', presence: 'required' },
      { name: 'text', presence: 'required' },
    ],
    summary: 'Finds a text in the files of all versions of a pulled source, without regard to case.',
    mainOptions: ['json'],
  },
  {
    name: 'restore-version',
    aliases: [],
    arguments: [
      { name: 'pulled-source', presence: 'required' },
      { name: 'version', presence: 'required' },
      { name: 'path', presence: 'required-repeated' },
    ],
    summary: 'Brings paths of a pulled version back, into a folder or onto the server.',
    description:
      'A version is the name of its folder, or `newest`. Files that are there stay, unless --overwrite is given.',
    mainOptions: ['to', 'overwrite', 'dry-run'],
  },
  {
    name: 'system-info',
    aliases: ['systeminfo'],
    arguments: [],
    summary: 'Shows versions of the program and of what it uses.',
    mainOptions: [],
  },
  {
    name: 'send-mail',
    aliases: [],
    arguments: [],
    summary: 'Sends a mail to try the mail options.',
    mainOptions: ['send-mail-to', 'send-mail-url'],
  },
  {
    name: 'completion',
    aliases: [],
    arguments: [{ name: 'shell', presence: 'required' }],
    summary: 'Prints a script that lets bash, zsh or fish complete commands and options.',
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
    name: 'changelog',
    aliases: [],
    arguments: [],
    summary: 'Shows what each version of the program has changed.',
    mainOptions: [],
  },
  {
    name: 'help',
    aliases: ['usage'],
    arguments: [{ name: 'topic', presence: 'optional' }],
    summary:
      'Explains a command, an option, a kind of destination, or the topics `options`, `filters`, `destinations` and `exit-codes`.',
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

/** Finds a command by its name or an alias, in any case. */
export function findCommand(name: string): CommandDescriptor | undefined {
  const wanted = name.toLowerCase();
  return commandDescriptors.find((command) => command.name === wanted || command.aliases.includes(wanted));
}

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
