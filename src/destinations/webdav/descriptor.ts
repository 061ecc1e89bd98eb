import type { DestinationDescriptor } from '../descriptor.ts';

export const WEBDAV: DestinationDescriptor = {
  scheme: 'webdav',
  displayName: 'WebDAV',
  urlForms: ['webdavs://user:password@host/folder', 'webdav://host:8080/folder'],
  optionNames: [
    'auth-username',
    'auth-password',
    'force-digest-authentication',
    'use-ssl',
    'accept-any-ssl-certificate',
    'accept-specified-ssl-hash',
    'ca-certificate-file',
    'http-proxy',
    'https-proxy',
    'no-proxy',
    'short-timeout',
    'list-timeout',
    'read-write-timeout',
  ],
  abilities: ['createFolder', 'rename', 'getRange'],
  limits: { maxConnections: 8, maxNameBytes: 255, listingDelayMs: 0 },
};
