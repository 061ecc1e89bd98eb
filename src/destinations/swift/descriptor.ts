import type { DestinationDescriptor } from '../descriptor.ts';

const SHARED_OPTIONS = [
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
] as const;

const SHARED = {
  abilities: ['createFolder', 'rename', 'getRange'],
  limits: { maxConnections: 8, maxNameBytes: 900, listingDelayMs: 2000 },
} as const;

export const OPENSTACK: DestinationDescriptor = {
  scheme: 'openstack',
  displayName: 'OpenStack Swift',
  urlForms: ['openstack://container/folder?openstack-authuri=https://host:5000/v3'],
  optionNames: [
    'openstack-authuri',
    'openstack-version',
    'openstack-domain-name',
    'openstack-tenant-name',
    'openstack-apikey',
    'openstack-region',
    ...SHARED_OPTIONS,
  ],
  ...SHARED,
};

export const CLOUDFILES: DestinationDescriptor = {
  scheme: 'cloudfiles',
  displayName: 'Rackspace CloudFiles',
  urlForms: ['cloudfiles://container/folder'],
  optionNames: [
    'cloudfiles-username',
    'cloudfiles-accesskey',
    'cloudfiles-uk-account',
    'cloudfiles-authentication-url',
    ...SHARED_OPTIONS,
  ],
  ...SHARED,
};
