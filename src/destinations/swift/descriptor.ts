import type { DestinationDescriptor } from '../descriptor.ts';
import { HTTP_OPTION_NAMES } from '../support/http/option-names.ts';

const SHARED_OPTIONS = ['auth-username', 'auth-password', ...HTTP_OPTION_NAMES] as const;

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
