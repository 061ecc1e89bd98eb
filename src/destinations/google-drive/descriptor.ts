import type { DestinationDescriptor } from '../descriptor.ts';
import { CLOUD_OPTION_NAMES } from '../support/oauth/option-names.ts';

export const GOOGLE_DRIVE: DestinationDescriptor = {
  scheme: 'googledrive',
  displayName: 'Google Drive',
  urlForms: ['googledrive://folder/subfolder'],
  optionNames: ['googledrive-teamdrive-id', ...CLOUD_OPTION_NAMES],
  abilities: ['createFolder', 'rename', 'getRange', 'freeSpace'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
