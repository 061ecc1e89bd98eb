import type { DestinationDescriptor } from '../descriptor.ts';

const SHARED = {
  optionNames: [
    'auth-username',
    'auth-password',
    'auth-domain',
    'transport',
    'smb-encryption',
    'short-timeout',
    'list-timeout',
    'read-write-timeout',
    'all-proxy',
    'no-proxy',
  ],
  abilities: ['createFolder', 'freeSpace', 'rename', 'getRange'],
  limits: { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 },
} as const;

export const SMB: DestinationDescriptor = {
  ...SHARED,
  scheme: 'smb',
  displayName: 'SMB (Windows share)',
  urlForms: ['smb://user@host/share/folder', 'smb://user@host:445/share/folder'],
};

/** The older name of the same. */
export const CIFS: DestinationDescriptor = {
  ...SHARED,
  scheme: 'cifs',
  displayName: 'SMB (Windows share), by its older name',
  urlForms: ['cifs://user@host/share/folder'],
};
