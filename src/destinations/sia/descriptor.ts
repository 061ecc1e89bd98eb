import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

export const SIA: DestinationDescriptor = {
  scheme: 'sia',
  displayName: 'Sia (renterd)',
  urlForms: ['sia://host:9980/folder'],
  optionNames: [
    'sia-password',
    'auth-password',
    'sia-bucket',
    'sia-targetpath',
    'use-ssl',
    ...HTTP_OPTION_NAMES,
  ],
  abilities: ['createFolder', 'rename', 'getRange'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
