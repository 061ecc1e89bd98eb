import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

export const MOVISTAR: DestinationDescriptor = {
  scheme: 'movistarcloud',
  displayName: 'Movistar Cloud',
  urlForms: ['movistarcloud://folder/subfolder?email=MAIL&deviceid=ID'],
  optionNames: [
    'email',
    'password',
    'auth-username',
    'auth-password',
    'deviceid',
    'list-limit',
    'ignore-validation-result',
    'validation-timeout',
    'validation-poll-interval',
    'api-endpoint',
    ...HTTP_OPTION_NAMES,
  ],
  abilities: ['createFolder', 'getRange'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
