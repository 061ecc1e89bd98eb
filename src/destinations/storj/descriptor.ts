import type { DestinationDescriptor } from '../descriptor.ts';

export const STORJ: DestinationDescriptor = {
  scheme: 'storj',
  displayName: 'Storj',
  urlForms: ['storj://storj.io/config?storj-bucket=bucket&storj-folder=folder'],
  optionNames: [
    'storj-auth-method',
    'storj-shared-access',
    'storj-satellite',
    'storj-api-key',
    'storj-secret',
    'storj-bucket',
    'storj-folder',
    'rclone-executable',
    'rclone-option',
    'tempdir',
    'short-timeout',
    'list-timeout',
    'read-write-timeout',
  ],
  abilities: ['createFolder', 'freeSpace', 'rename', 'getRange'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
