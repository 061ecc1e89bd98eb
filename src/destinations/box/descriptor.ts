import type { DestinationDescriptor } from '../descriptor.ts';
import { CLOUD_OPTION_NAMES } from '../support/oauth/option-names.ts';

export const BOX: DestinationDescriptor = {
  scheme: 'box',
  displayName: 'Box',
  urlForms: ['box://folder/subfolder'],
  optionNames: ['box-delete-from-trash', ...CLOUD_OPTION_NAMES],
  abilities: ['createFolder', 'rename', 'getRange', 'freeSpace'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
