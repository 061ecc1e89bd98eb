import { declareDestinationOptions } from '../declaration.ts';

/** What Filen reads beside a login. */
export const filenOptions = declareDestinationOptions([
  {
    name: 'two-factor-code',
    type: 'secret',
    summary: 'For Filen: the code of the moment of the second factor, where the account has one.',
  },
  {
    name: 'api-key',
    type: 'secret',
    summary: 'For Filen: a key of the account, which saves the second factor.',
  },
  {
    name: 'move-to-trash',
    type: 'flag',
    summary: 'For Filen: moves deleted volumes into the trash instead of removing them.',
  },
]);
