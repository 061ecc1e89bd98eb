import type { DestinationDescriptor } from '../descriptor.ts';
import { CLOUD_OPTION_NAMES } from '../support/oauth/option-names.ts';

export const JOTTACLOUD: DestinationDescriptor = {
  scheme: 'jottacloud',
  displayName: 'Jottacloud',
  urlForms: ['jottacloud://folder/subfolder'],
  optionNames: ['jottacloud-device', 'jottacloud-mountpoint', ...CLOUD_OPTION_NAMES],
  abilities: ['createFolder', 'rename', 'getRange', 'freeSpace'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
