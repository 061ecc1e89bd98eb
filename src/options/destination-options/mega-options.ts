import { declareDestinationOptions } from '../declaration.ts';

/** What Mega reads beside a login. */
export const megaOptions = declareDestinationOptions([
  {
    name: 'auth-two-factor-key',
    type: 'secret',
    summary: 'For Mega: the secret of the second factor, from which the codes are calculated.',
  },
]);
