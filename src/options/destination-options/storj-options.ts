import { declareDestinationOptions } from '../declaration.ts';

/** What Storj reads. */
export const storjOptions = declareDestinationOptions([
  {
    name: 'storj-auth-method',
    type: 'choice',
    choices: ['API key', 'Access grant'],
    default: 'API key',
    summary: 'For Storj: what opens the project.',
  },
  {
    name: 'storj-satellite',
    type: 'text',
    default: 'us1.storj.io:7777',
    summary: 'For Storj: the satellite that has the project; for an API key.',
  },
  {
    name: 'storj-api-key',
    type: 'secret',
    summary: 'For Storj: the API key of the project.',
  },
  {
    name: 'storj-secret',
    type: 'secret',
    summary: 'For Storj: the passphrase that seals the files; for an API key.',
  },
  {
    name: 'storj-shared-access',
    type: 'secret',
    summary: 'For Storj: the access grant, which holds all of these.',
  },
  {
    name: 'storj-bucket',
    type: 'text',
    default: 'duplicati',
    summary: 'For Storj: the bucket.',
  },
  {
    name: 'storj-folder',
    type: 'text',
    summary: 'For Storj: the folder in the bucket.',
  },
]);
