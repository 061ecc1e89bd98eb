import type { DestinationDescriptor } from '../descriptor.ts';

/** The options of running rclone that all destinations behind it read. */
export const RCLONE_OPTION_NAMES = [
  'rclone-executable',
  'rclone-option',
  'tempdir',
  'short-timeout',
  'list-timeout',
  'read-write-timeout',
  'accept-any-ssl-certificate',
  'ca-certificate-file',
] as const satisfies DestinationDescriptor['optionNames'];

/** What a folder behind rclone is able to, whatever its remote. */
export const RCLONE_TRAITS: Pick<DestinationDescriptor, 'abilities' | 'limits'> = {
  abilities: ['createFolder', 'freeSpace', 'rename', 'getRange', 'download'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
