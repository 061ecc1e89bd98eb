import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

export const FILEN: DestinationDescriptor = {
  scheme: 'filen',
  displayName: 'Filen',
  urlForms: ['filen://folder/subfolder'],
  optionNames: [
    'auth-username',
    'auth-password',
    'two-factor-code',
    'api-key',
    'move-to-trash',
    'api-endpoint',
    ...HTTP_OPTION_NAMES,
  ],
  abilities: ['createFolder', 'rename', 'getRange', 'freeSpace'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
