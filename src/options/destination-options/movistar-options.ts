import { declareDestinationOptions } from '../declaration.ts';

/** What Movistar Cloud reads. */
export const movistarOptions = declareDestinationOptions([
  {
    name: 'email',
    type: 'text',
    summary: 'For Movistar Cloud: the mail address of the account; without it, auth-username.',
  },
  {
    name: 'password',
    type: 'secret',
    summary: 'For Movistar Cloud: the password of the account; without it, auth-password.',
  },
  {
    name: 'deviceid',
    type: 'text',
    summary: 'For Movistar Cloud: the id by which this machine is known there, such as web- and 32 letters.',
  },
  {
    name: 'list-limit',
    type: 'integer',
    default: 2000,
    minimum: 1,
    maximum: 100_000,
    summary: 'For Movistar Cloud: how many files a request for a listing asks for.',
  },
  {
    name: 'ignore-validation-result',
    type: 'flag',
    summary: 'For Movistar Cloud: does not wait until the service has accepted an upload.',
  },
  {
    name: 'validation-timeout',
    type: 'duration',
    default: 600_000,
    summary: 'For Movistar Cloud: how long to wait for that.',
  },
  {
    name: 'validation-poll-interval',
    type: 'duration',
    default: 2000,
    summary: 'For Movistar Cloud: how often to ask for it.',
  },
]);
