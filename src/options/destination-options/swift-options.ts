import { declareDestinationOptions } from '../declaration.ts';

/** What OpenStack Swift and CloudFiles read. */
export const swiftOptions = declareDestinationOptions([
  {
    name: 'openstack-authuri',
    type: 'text',
    summary: 'For OpenStack: the address of the identity service, such as https://host:5000/v3.',
  },
  {
    name: 'openstack-version',
    type: 'choice',
    choices: ['v1', 'v2', 'v3'],
    defaultText: 'the one at the end of openstack-authuri, else v2',
    summary: 'For OpenStack: the version of the identity service.',
  },
  { name: 'openstack-domain-name', type: 'text', summary: 'For OpenStack v3: the domain of the user.' },
  {
    name: 'openstack-tenant-name',
    type: 'text',
    summary: 'For OpenStack: the tenant, which v3 calls project.',
  },
  {
    name: 'openstack-apikey',
    type: 'secret',
    summary: 'For OpenStack v2: an API key instead of a password.',
  },
  {
    name: 'openstack-region',
    type: 'text',
    defaultText: 'the first one offered',
    summary: 'For OpenStack: the region of the storage.',
  },
  {
    name: 'cloudfiles-username',
    type: 'text',
    summary: 'For CloudFiles: the user; without it, auth-username.',
  },
  {
    name: 'cloudfiles-accesskey',
    type: 'secret',
    summary: 'For CloudFiles: the access key; without it, auth-password.',
  },
  {
    name: 'cloudfiles-uk-account',
    type: 'flag',
    summary: 'For CloudFiles: logs in at the server in the United Kingdom.',
  },
  {
    name: 'cloudfiles-authentication-url',
    type: 'text',
    summary: 'For CloudFiles: the address of the identity service.',
  },
]);
