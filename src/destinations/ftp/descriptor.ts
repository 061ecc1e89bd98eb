import type { DestinationDescriptor } from '../descriptor.ts';

const SHARED = [
  'auth-username',
  'auth-password',
  'use-ssl',
  'accept-any-ssl-certificate',
  'accept-specified-ssl-hash',
  'ca-certificate-file',
  'disable-upload-verify',
  'ignore-pureftpd-limit-issue',
  'short-timeout',
  'read-write-timeout',
  'all-proxy',
  'no-proxy',
] as const;
const ABILITIES = ['createFolder', 'rename'] as const;
const LIMITS = { maxConnections: 4, maxNameBytes: 255, listingDelayMs: 0 } as const;

export const FTP: DestinationDescriptor = {
  scheme: 'ftp',
  displayName: 'FTP and FTPS',
  urlForms: ['ftps://user@host/folder/below/login/folder', 'ftp://user@host:21/folder/below/login/folder'],
  optionNames: [
    ...SHARED,
    'ftp-encryption-mode',
    'ftp-data-connection-type',
    'ftp-ssl-protocols',
    'ftp-upload-delay',
    'ftp-absolute-path',
    'ftp-use-cwd-names',
  ],
  abilities: ABILITIES,
  limits: LIMITS,
};

/** The older name, whose paths start at the root. */
export const AFTP: DestinationDescriptor = {
  scheme: 'aftp',
  displayName: 'FTP and FTPS (absolute paths)',
  urlForms: ['aftp://user@host/absolute/folder?aftp-encryption-mode=Explicit'],
  optionNames: [
    ...SHARED,
    'aftp-encryption-mode',
    'aftp-data-connection-type',
    'aftp-ssl-protocols',
    'aftp-upload-delay',
    'aftp-relative-path',
    'aftp-use-cwd-names',
  ],
  abilities: ABILITIES,
  limits: LIMITS,
};
