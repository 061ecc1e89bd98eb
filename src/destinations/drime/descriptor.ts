import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

export const DRIME: DestinationDescriptor = {
  scheme: 'drimecloud',
  displayName: 'Drime Cloud',
  urlForms: ['drimecloud://folder/subfolder'],
  optionNames: [
    'api-token',
    'auth-username',
    'auth-password',
    'api-url',
    'page-size',
    'workspace-id',
    'soft-delete',
    ...HTTP_OPTION_NAMES,
  ],
  abilities: ['createFolder', 'rename', 'getRange'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
