import { declareDestinationOptions } from '../declaration.ts';

/** What Sia reads. */
export const siaOptions = declareDestinationOptions([
  {
    name: 'sia-password',
    type: 'secret',
    summary: 'For Sia: the password of the renterd.',
  },
  {
    name: 'sia-bucket',
    type: 'text',
    default: 'default',
    summary: 'For Sia: the bucket of the renterd.',
  },
  {
    name: 'sia-targetpath',
    type: 'text',
    defaultText: 'the path of the URL, else backup',
    summary: 'For Sia: the folder in the bucket.',
  },
  {
    name: 'sia-redundancy',
    type: 'decimal',
    default: 1.5,
    summary: 'For Sia: said how often each byte was stored.',
    support: 'no-effect',
    reason: 'The renterd stores with the redundancy of its own settings.',
  },
]);
