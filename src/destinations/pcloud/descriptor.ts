import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

export const PCLOUD: DestinationDescriptor = {
  scheme: 'pcloud',
  displayName: 'pCloud',
  urlForms: ['pcloud://eapi.pcloud.com/folder/subfolder', 'pcloud://api.pcloud.com/folder'],
  optionNames: ['authid', 'api-endpoint', ...HTTP_OPTION_NAMES],
  abilities: ['createFolder', 'rename', 'getRange', 'freeSpace'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
