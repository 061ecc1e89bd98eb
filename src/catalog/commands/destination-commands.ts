import { type CommandDescriptor, DESTINATION } from './command.ts';

/** Commands about destinations themselves. */
export const destinationCommands: readonly CommandDescriptor[] = [
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
      'Each round stores files, replaces one, lists them, reads and compares all, also a part of each where the destination can read parts, and deletes them. Other files are left alone.',
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
];
