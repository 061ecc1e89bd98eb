import type { DestinationDescriptor } from '../descriptor.ts';

export const LOCAL_FOLDER: DestinationDescriptor = {
  scheme: 'file',
  displayName: 'Local folder or drive',
  urlForms: ['/path/to/folder', 'file:///path/to/folder'],
  optionNames: [
    'alternate-target-paths',
    'alternate-destination-marker',
    'use-move-for-put',
    'disable-length-verification',
  ],
  abilities: ['createFolder', 'freeSpace', 'rename', 'getRange', 'localPath'],
  limits: { maxConnections: 8, maxNameBytes: 255, listingDelayMs: 0 },
};
