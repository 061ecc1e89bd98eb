import { declareDestinationOptions } from '../declaration.ts';

/** What SFTP reads. */
export const sshOptions = declareDestinationOptions([
  {
    name: 'ssh-keyfile',
    type: 'secret',
    summary: 'For SFTP: the file of the private key, or the key itself as sshkey:// and URL-encoded text.',
  },
  {
    name: 'ssh-key',
    type: 'secret',
    summary: 'For SFTP: the text of the private key. Its passphrase, if any, is auth-password.',
  },
  {
    name: 'ssh-fingerprint',
    type: 'text',
    summary: "For SFTP: the fingerprint that the server's key must have, SHA256 or MD5.",
  },
  {
    name: 'ssh-accept-any-fingerprints',
    type: 'flag',
    summary: 'For SFTP: accepts any server, also an impostor.',
  },
  {
    name: 'ssh-known-hosts',
    type: 'path',
    defaultText: '~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts',
    summary: 'For SFTP: the file of known servers, read where no fingerprint is given.',
  },
  {
    name: 'ssh-agent-socket',
    type: 'path',
    defaultText: 'the environment variable SSH_AUTH_SOCK',
    summary: 'For SFTP: the socket of the agent, asked where neither key nor password is given.',
  },
  { name: 'ssh-disable-agent', type: 'flag', summary: 'For SFTP: never asks an agent for keys.' },
  {
    name: 'ssh-relative-path',
    type: 'flag',
    summary: 'For SFTP: the path of the URL starts at the login folder instead of at the root.',
  },
  {
    name: 'ssh-keepalive',
    type: 'duration',
    default: 0,
    minimum: 0,
    summary: 'For SFTP: how often to send a sign of life over a quiet connection; 0 is never.',
  },
  {
    name: 'ssh-operation-timeout',
    type: 'duration',
    default: 0,
    minimum: 0,
    summary: 'For SFTP: limited the time of an operation.',
    support: 'no-effect',
    reason: 'Use short-timeout, list-timeout and read-write-timeout, which hold for all destinations.',
  },
]);
