import type { DestinationDescriptor } from '../descriptor.ts';
import { CLOUD_OPTION_NAMES } from '../support/oauth/option-names.ts';

export const DROPBOX: DestinationDescriptor = {
  scheme: 'dropbox',
  displayName: 'Dropbox',
  urlForms: ['dropbox://folder/subfolder'],
  optionNames: CLOUD_OPTION_NAMES,
  abilities: ['createFolder', 'rename', 'getRange', 'freeSpace'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
