import { declareDestinationOptions } from '../declaration.ts';

/** What Filejump reads beside a login. */
export const filejumpOptions = declareDestinationOptions([
  {
    name: 'api-token',
    type: 'secret',
    summary: 'For Filejump: an access token from the settings of the account, instead of a password.',
  },
  {
    name: 'api-url',
    type: 'text',
    default: 'https://drive.filejump.com/api/v1',
    summary: 'For Filejump: the address of the service.',
  },
  {
    name: 'page-size',
    type: 'integer',
    default: 1000,
    minimum: 1,
    maximum: 10_000,
    summary: 'For Filejump: how many files a request for a listing asks for.',
  },
  {
    name: 'soft-delete',
    type: 'flag',
    summary: 'For Filejump: moves deleted volumes into the trash instead of removing them.',
  },
]);
