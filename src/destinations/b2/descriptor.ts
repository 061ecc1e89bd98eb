import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

export const B2: DestinationDescriptor = {
  scheme: 'b2',
  displayName: 'Backblaze B2',
  urlForms: ['b2://bucket/folder'],
  optionNames: [
    'b2-accountid',
    'b2-applicationkey',
    'b2-create-bucket-type',
    'b2-page-size',
    'b2-lock-mode',
    'b2-endpoint',
    'auth-username',
    'auth-password',
    ...HTTP_OPTION_NAMES,
  ],
  abilities: ['createFolder', 'rename', 'getRange', 'lock', 'lockedUntil'],
  limits: { maxConnections: 8, maxNameBytes: 900, listingDelayMs: 0 },
};
