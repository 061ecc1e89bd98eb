import type { DestinationDescriptor } from '../descriptor.ts';
import { RCLONE_OPTION_NAMES, RCLONE_TRAITS } from '../rclone/traits.ts';

export const STORJ: DestinationDescriptor = {
  scheme: 'storj',
  displayName: 'Storj',
  urlForms: ['storj://storj.io/config?storj-bucket=bucket&storj-folder=folder'],
  optionNames: [
    'storj-auth-method',
    'storj-shared-access',
    'storj-satellite',
    'storj-api-key',
    'storj-secret',
    'storj-bucket',
    'storj-folder',
    ...RCLONE_OPTION_NAMES,
  ],
  ...RCLONE_TRAITS,
};
