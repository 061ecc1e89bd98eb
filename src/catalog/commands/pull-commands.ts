import type { CommandDescriptor } from './command.ts';

/** Commands about pulled backups. */
export const pullCommands: readonly CommandDescriptor[] = [
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
];
