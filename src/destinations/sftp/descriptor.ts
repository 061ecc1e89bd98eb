import type { DestinationDescriptor } from '../descriptor.ts';

export const SFTP: DestinationDescriptor = {
  scheme: 'ssh',
  displayName: 'SFTP (SSH)',
  urlForms: ['ssh://user@host/absolute/folder', 'ssh://user@host:22/folder?ssh-relative-path=true'],
  optionNames: [
    'auth-username',
    'auth-password',
    'ssh-keyfile',
    'ssh-key',
    'ssh-fingerprint',
    'ssh-accept-any-fingerprints',
    'ssh-known-hosts',
    'ssh-agent-socket',
    'ssh-disable-agent',
    'ssh-relative-path',
    'ssh-keepalive',
    'short-timeout',
    'list-timeout',
    'read-write-timeout',
    'all-proxy',
    'no-proxy',
  ],
  abilities: ['createFolder', 'freeSpace', 'rename', 'getRange'],
  limits: { maxConnections: 6, maxNameBytes: 255, listingDelayMs: 0 },
};
