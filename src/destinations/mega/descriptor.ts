import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

export const MEGA: DestinationDescriptor = {
  scheme: 'mega',
  displayName: 'Mega',
  urlForms: ['mega://folder/subfolder'],
  optionNames: [
    'auth-username',
    'auth-password',
    'auth-two-factor-key',
    'api-endpoint',
    ...HTTP_OPTION_NAMES,
  ],
  abilities: ['createFolder', 'rename', 'getRange', 'freeSpace'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
