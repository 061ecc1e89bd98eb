import { declareDestinationOptions } from '../declaration.ts';

const ENCRYPTION_MODES = ['None', 'Implicit', 'Explicit', 'Auto'] as const;
/** Those with which the server opens the connection (`AutoActive`, `PORT`, `EPRT`) are known and not served. */
const CONNECTION_TYPES = ['AutoPassive', 'PASV', 'PASVEX', 'EPSV', 'AutoActive', 'PORT', 'EPRT'] as const;
const NO_SEPARATE_LOG = {
  support: 'no-effect',
  reason: 'Errors carry the words of the server.',
} as const;

/** What FTP reads. The scheme `aftp` reads the same under a prefix of its own. */
export const ftpOptions = declareDestinationOptions([
  {
    name: 'ftp-encryption-mode',
    type: 'choice',
    choices: ENCRYPTION_MODES,
    default: 'None',
    summary: 'For FTP: whether and how the connection is encrypted. Auto encrypts where the server can.',
  },
  {
    name: 'aftp-encryption-mode',
    type: 'choice',
    choices: ENCRYPTION_MODES,
    default: 'None',
    summary: 'For aftp: as ftp-encryption-mode.',
  },
  {
    name: 'ftp-data-connection-type',
    type: 'choice',
    choices: CONNECTION_TYPES,
    default: 'AutoPassive',
    summary: 'For FTP: how connections for data are made. Only the passive ones are possible.',
  },
  {
    name: 'aftp-data-connection-type',
    type: 'choice',
    choices: CONNECTION_TYPES,
    default: 'AutoPassive',
    summary: 'For aftp: as ftp-data-connection-type.',
  },
  {
    name: 'ftp-ssl-protocols',
    type: 'list',
    summary: 'For FTP: the versions of TLS to allow, such as Tls12,Tls13.',
  },
  { name: 'aftp-ssl-protocols', type: 'list', summary: 'For aftp: as ftp-ssl-protocols.' },
  {
    name: 'ftp-upload-delay',
    type: 'duration',
    default: 0,
    minimum: 0,
    summary: 'For FTP: how long to wait after an upload before its size is asked for.',
  },
  {
    name: 'aftp-upload-delay',
    type: 'duration',
    default: 0,
    minimum: 0,
    summary: 'For aftp: as ftp-upload-delay.',
  },
  {
    name: 'ftp-absolute-path',
    type: 'flag',
    summary: 'For FTP: the path of the URL starts at the root instead of at the login folder.',
  },
  {
    name: 'aftp-relative-path',
    type: 'flag',
    summary: 'For aftp: the path of the URL starts at the login folder instead of at the root.',
  },
  {
    name: 'ftp-use-cwd-names',
    type: 'flag',
    summary: 'For FTP: enters the folder and uses plain file names, for servers that know no paths.',
  },
  { name: 'aftp-use-cwd-names', type: 'flag', summary: 'For aftp: as ftp-use-cwd-names.' },
  {
    name: 'disable-upload-verify',
    type: 'flag',
    summary: 'For FTP: does not ask for the size of a file after its upload.',
  },
  {
    name: 'ignore-pureftpd-limit-issue',
    type: 'flag',
    summary: 'For FTP: takes a listing that the server has cut off for a complete one.',
  },
  {
    name: 'ftp-passive',
    type: 'flag',
    summary: 'For FTP: asked for passive connections.',
    support: 'no-effect',
    reason: 'All connections are passive.',
  },
  {
    name: 'ftp-regular',
    type: 'flag',
    summary: 'For FTP: asked for active connections.',
    support: 'refused',
    reason: 'Only passive connections are possible.',
  },
  { name: 'ftp-log-to-console', type: 'flag', summary: 'For FTP: showed the dialogue.', ...NO_SEPARATE_LOG },
  {
    name: 'aftp-log-to-console',
    type: 'flag',
    summary: 'For aftp: showed the dialogue.',
    ...NO_SEPARATE_LOG,
  },
  {
    name: 'ftp-log-privateinfo-to-console',
    type: 'flag',
    summary: 'For FTP: showed secrets of the dialogue too.',
    ...NO_SEPARATE_LOG,
  },
  {
    name: 'aftp-log-privateinfo-to-console',
    type: 'flag',
    summary: 'For aftp: showed secrets of the dialogue too.',
    ...NO_SEPARATE_LOG,
  },
  { name: 'ftp-log-diagnostics', type: 'flag', summary: 'For FTP: logged the dialogue.', ...NO_SEPARATE_LOG },
  {
    name: 'aftp-log-diagnostics',
    type: 'flag',
    summary: 'For aftp: logged the dialogue.',
    ...NO_SEPARATE_LOG,
  },
]);
