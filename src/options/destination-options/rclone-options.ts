import { declareDestinationOptions } from '../declaration.ts';

/** What rclone reads. */
export const rcloneOptions = declareDestinationOptions([
  {
    name: 'rclone-executable',
    type: 'path',
    default: 'rclone',
    summary: 'For rclone: the program, by path or as a name to be found.',
  },
  {
    name: 'rclone-remote-repository',
    type: 'text',
    defaultText: 'the host of the URL',
    summary: 'For rclone: the name of the remote in its configuration.',
  },
  {
    name: 'rclone-remote-path',
    type: 'text',
    defaultText: 'the path of the URL',
    summary: 'For rclone: the folder at the remote.',
  },
  {
    name: 'rclone-config',
    type: 'path',
    defaultText: "rclone's own choice",
    summary: 'For rclone: its configuration file.',
  },
  {
    name: 'rclone-option',
    type: 'text',
    summary: 'For rclone: further arguments, separated by spaces; quotes keep an argument together.',
  },
  {
    name: 'rclone-local-repository',
    type: 'text',
    default: 'local',
    summary: 'For rclone: named the local side in its configuration.',
    support: 'no-effect',
    reason: 'Local files need no entry in the configuration.',
  },
]);
