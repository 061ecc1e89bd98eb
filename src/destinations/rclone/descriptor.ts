import type { DestinationDescriptor } from '../descriptor.ts';

export const RCLONE: DestinationDescriptor = {
  scheme: 'rclone',
  displayName: 'Rclone (any of its remotes)',
  urlForms: ['rclone://remote/path/to/folder'],
  optionNames: [
    'rclone-executable',
    'rclone-config',
    'rclone-remote-repository',
    'rclone-remote-path',
    'rclone-option',
    'tempdir',
    'short-timeout',
    'list-timeout',
    'read-write-timeout',
  ],
  abilities: ['createFolder', 'freeSpace', 'rename', 'getRange'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
