import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

export const TAHOE: DestinationDescriptor = {
  scheme: 'tahoe',
  displayName: 'Tahoe-LAFS',
  urlForms: ['tahoe://host:3456/uri/URI:DIR2:...', 'tahoes://host:3456/uri/URI%3ADIR2%3A.../folder'],
  optionNames: ['use-ssl', ...HTTP_OPTION_NAMES],
  abilities: ['createFolder', 'rename', 'getRange'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
};
