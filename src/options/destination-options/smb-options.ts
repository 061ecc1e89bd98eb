import { declareDestinationOptions } from '../declaration.ts';

const WHOLE_MESSAGES = {
  support: 'no-effect',
  reason: 'Messages are as long as the server takes them.',
} as const;

/** What SMB reads. */
export const smbOptions = declareDestinationOptions([
  { name: 'auth-domain', type: 'text', summary: 'For SMB: the domain or workgroup of the user.' },
  {
    name: 'transport',
    type: 'choice',
    choices: ['directtcp', 'netbios'],
    default: 'directtcp',
    summary: 'For SMB: how to reach the server. Only directtcp is possible.',
  },
  {
    name: 'smb-encryption',
    type: 'choice',
    choices: ['when-required', 'always'],
    default: 'when-required',
    summary: 'For SMB: whether to insist on encryption where the server does not ask for it.',
  },
  {
    name: 'read-buffer-size',
    type: 'size',
    default: 0,
    minimum: 0,
    summary: 'For SMB: limited the length of messages when reading.',
    ...WHOLE_MESSAGES,
  },
  {
    name: 'write-buffer-size',
    type: 'size',
    default: 0,
    minimum: 0,
    summary: 'For SMB: limited the length of messages when writing.',
    ...WHOLE_MESSAGES,
  },
]);
