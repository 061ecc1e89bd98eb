import { declareDestinationOptions } from '../declaration.ts';

/** What Backblaze B2 reads. */
export const b2Options = declareDestinationOptions([
  {
    name: 'b2-accountid',
    type: 'text',
    summary: 'For B2: the id of the application key; without it, auth-username.',
  },
  {
    name: 'b2-applicationkey',
    type: 'secret',
    summary: 'For B2: the application key; without it, auth-password.',
  },
  {
    name: 'b2-create-bucket-type',
    type: 'choice',
    choices: ['allPrivate', 'allPublic'],
    default: 'allPrivate',
    summary: 'For B2: who may read a bucket that is created.',
  },
  {
    name: 'b2-page-size',
    type: 'integer',
    default: 500,
    minimum: 1,
    maximum: 10_000,
    summary: 'For B2: how many files a request for a listing asks for.',
  },
  {
    name: 'b2-download-url',
    type: 'text',
    summary: 'For B2: named another server for downloads.',
    support: 'no-effect',
    reason: 'The storage names the server itself.',
  },
  {
    name: 'b2-lock-mode',
    type: 'choice',
    choices: ['Governance', 'Compliance'],
    default: 'Governance',
    summary: 'For B2: who may lift a lock before its time: the privileged, or nobody.',
  },
  {
    name: 'b2-endpoint',
    type: 'text',
    default: 'https://api.backblazeb2.com',
    summary: 'For B2: the address of the storage.',
  },
]);
