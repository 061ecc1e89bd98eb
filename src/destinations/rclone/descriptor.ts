import type { DestinationDescriptor } from '../descriptor.ts';
import { RCLONE_OPTION_NAMES, RCLONE_TRAITS } from './traits.ts';

export const RCLONE: DestinationDescriptor = {
  scheme: 'rclone',
  displayName: 'Rclone (any of its remotes)',
  urlForms: ['rclone://remote/path/to/folder'],
  optionNames: [...RCLONE_OPTION_NAMES, 'rclone-config', 'rclone-remote-repository', 'rclone-remote-path'],
  ...RCLONE_TRAITS,
};
