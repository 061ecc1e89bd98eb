import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

export const FILEJUMP: DestinationDescriptor = {
  scheme: 'filejump',
  displayName: 'Filejump',
  urlForms: ['filejump://folder/subfolder'],
  optionNames: [
    'api-token',
    'auth-username',
    'auth-password',
    'api-url',
    'page-size',
    'soft-delete',
    ...HTTP_OPTION_NAMES,
  ],
  abilities: ['createFolder', 'rename', 'getRange'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
