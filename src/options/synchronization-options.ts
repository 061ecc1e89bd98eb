import { declareOptions } from './declaration.ts';

/** Copies of the backup at further destinations, and plain mirrors. */
export const synchronizationOptions = declareOptions('synchronization', [
  {
    name: 'remote-sync-json-config',
    type: 'secret',
    commands: ['backup', 'sync'],
    summary:
      'After a backup, copies the volumes to further destinations described by this JSON, or by the file it names.',
    description:
      '`{"destinations": [{"url": "...", "mode": "interval", "interval": "7D"}]}`: see docs/secondary-destinations.md.',
  },
  {
    name: 'sync-remote-state',
    type: 'choice',
    choices: ['UseRemoteState', 'UseLocalState', 'BlindlyUpload'],
    default: 'UseRemoteState',
    commands: ['sync'],
    summary: 'How `sync` knows what the mirror holds.',
  },
  {
    name: 'sync-recheck',
    type: 'flag',
    commands: ['sync'],
    summary: 'Lists the mirror once, whatever is remembered of it.',
  },
  {
    name: 'sync-verify-hash',
    type: 'flag',
    commands: ['sync'],
    summary: 'Compares content where size and time are equal.',
  },
  {
    name: 'sync-then-delete',
    type: 'flag',
    commands: ['sync'],
    summary: 'Removes files from the mirror that the source no longer has.',
  },
]);
