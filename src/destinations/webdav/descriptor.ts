import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

export const WEBDAV: DestinationDescriptor = {
  scheme: 'webdav',
  displayName: 'WebDAV',
  urlForms: ['webdavs://user:password@host/folder', 'webdav://host:8080/folder'],
  optionNames: [
    'auth-username',
    'auth-password',
    'force-digest-authentication',
    'use-ssl',
    ...HTTP_OPTION_NAMES,
  ],
  abilities: ['createFolder', 'rename', 'getRange'],
  limits: { maxConnections: 8, maxNameBytes: 255, listingDelayMs: 0 },
};
