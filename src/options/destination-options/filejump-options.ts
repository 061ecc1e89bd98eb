import { declareDestinationOptions } from '../declaration.ts';

/** What Filejump and Drime Cloud read beside a login. */
export const filejumpOptions = declareDestinationOptions([
  {
    name: 'api-token',
    type: 'secret',
    summary:
      'For Filejump and Drime: an access token from the settings of the account, instead of a password.',
  },
  {
    name: 'api-url',
    type: 'text',
    defaultText: "the provider's own",
    summary: 'For Filejump and Drime: the address of the service.',
  },
  {
    name: 'page-size',
    type: 'integer',
    defaultText: '1000 for Filejump, 50 for Drime',
    minimum: 1,
    maximum: 10_000,
    summary: 'For Filejump and Drime: how many files a request for a listing asks for.',
  },
  {
    name: 'workspace-id',
    type: 'integer',
    default: 0,
    minimum: 0,
    summary: 'For Drime: the number of the workspace; 0 is the personal one.',
  },
  {
    name: 'soft-delete',
    type: 'flag',
    summary: 'For Filejump and Drime: moves deleted volumes into the trash instead of removing them.',
  },
]);
