import type { DestinationDescriptor } from '../descriptor.ts';

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
  abilities: ['createFolder', 'rename', 'getRange', 'lock', 'lockedUntil'],
  limits: { maxConnections: 8, maxNameBytes: 900, listingDelayMs: 0 },
};
