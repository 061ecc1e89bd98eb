import { declareOptions } from './declaration.ts';

const COMMANDS = ['sync-destinations'] as const;

/** How `sync-destinations` makes one destination equal to another. */
export const destinationSyncOptions = declareOptions('synchronization', [
  {
    name: 'confirm',
    aliases: ['yes'],
    type: 'flag',
    commands: COMMANDS,
    summary: 'Lets volumes go from the target that the source no longer has.',
  },
  {
    name: 'force',
    type: 'flag',
    commands: COMMANDS,
    summary: 'Copies every file, and also to a target that holds a newer version.',
  },
  {
    name: 'retention',
    type: 'flag',
    commands: COMMANDS,
    summary: 'Keeps what would be deleted or replaced at the target, under a name that begins with kept-.',
  },
  {
    name: 'verify-contents',
    type: 'flag',
    commands: COMMANDS,
    summary: 'Reads files that look equal on both sides, and compares them.',
  },
  {
    name: 'verify-get-after-put',
    type: 'flag',
    commands: COMMANDS,
    summary: 'Reads each file back after it was stored.',
  },
  {
    name: 'src-options',
    type: 'secret',
    commands: COMMANDS,
    summary: 'Options for the source only: "name=value name=value".',
  },
  {
    name: 'dst-options',
    type: 'secret',
    commands: COMMANDS,
    summary: 'Options for the target only: "name=value name=value".',
  },
  {
    name: 'global-options',
    type: 'secret',
    commands: COMMANDS,
    summary: 'Options for both, as if they stood on the command line.',
  },
  {
    name: 'auto-create-folders',
    type: 'flag',
    default: true,
    commands: COMMANDS,
    summary: 'Creates the folder of the target where it is missing.',
  },
  {
    name: 'backend-retries',
    type: 'integer',
    minimum: 0,
    default: 3,
    commands: COMMANDS,
    summary: 'How often a transfer that failed is tried again.',
  },
  {
    name: 'backend-retry-delay',
    type: 'integer',
    minimum: 0,
    default: 1000,
    commands: COMMANDS,
    summary: 'Milliseconds before it is tried again.',
  },
  {
    name: 'backend-retry-with-exponential-backoff',
    type: 'flag',
    default: true,
    commands: COMMANDS,
    summary: 'Doubles that delay with each attempt.',
  },
  {
    name: 'retry',
    type: 'integer',
    minimum: 0,
    default: 3,
    commands: COMMANDS,
    summary: 'How often all of it is begun again after a failure that may pass.',
  },
  {
    name: 'parse-arguments-only',
    type: 'flag',
    commands: COMMANDS,
    summary: 'Checks the command line, and does nothing.',
  },
  {
    name: 'progress',
    type: 'flag',
    commands: COMMANDS,
    summary: 'Showed progress.',
    support: 'no-effect',
    reason: 'Progress is shown on a terminal by itself; --quiet-console turns it off.',
  },
]);
