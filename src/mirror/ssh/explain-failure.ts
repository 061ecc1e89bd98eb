import { MirrorError, type MirrorErrorCode } from '../error.ts';

interface Explanation {
  readonly pattern: RegExp;
  readonly code: MirrorErrorCode;
  readonly reason: string;
  readonly hint: string;
}

/** What `ssh` and `rsync` say when something usual is wrong; the first that fits. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    code: 'ssh-host-key-changed',
    reason: 'its host key is not the one that was pinned',
    hint: "Find out why before anything else: somebody may stand between. If the server was set up anew, 'ashlar source trust' forgets the old key.",
  },
  {
    pattern: /host key is known for|Host key verification failed/,
    code: 'ssh-host-key-unknown',
    reason: 'its host key is not known',
    hint: 'The server shows another kind of key than those given. Compare with host-key of the source.',
  },
  {
    pattern: /Could not resolve hostname/,
    code: 'ssh-host-not-found',
    reason: 'the name is not known',
    hint: 'Check the field host, and the name service of this machine.',
  },
  {
    pattern: /Connection refused/,
    code: 'ssh-connection-refused',
    reason: 'nothing listens there',
    hint: 'Check the field port, and whether the SSH server runs.',
  },
  {
    pattern: /Connection timed out|Operation timed out|timed out during banner/,
    code: 'ssh-connection-timeout',
    reason: 'it does not answer',
    hint: 'Check whether the machine is up and whether a firewall stands between.',
  },
  {
    pattern: /Identity file .* not accessible|Load key .*: (?!Is a directory)|UNPROTECTED PRIVATE KEY/,
    code: 'ssh-key-unreadable',
    reason: 'the private key cannot be used',
    hint: 'The file of the field key-file must be a private key without passphrase, readable by nobody else.',
  },
  {
    pattern: /Permission denied|Too many authentication failures/,
    code: 'ssh-login-refused',
    reason: 'it does not let this account in',
    hint: 'Check the fields user and key-file, and authorized_keys on the server.',
  },
  {
    pattern:
      /Connection (?:closed|reset)|Broken pipe|closed by remote host|Timeout, server|connection unexpectedly closed|kex_exchange_identification/,
    code: 'ssh-connection-lost',
    reason: 'the connection was lost',
    hint: 'What has arrived is kept, and the next run goes on from there.',
  },
];

/** The error that says in plain words why a connection failed; the output of the program stands in the details. */
export function explainConnection(shown: string, errors: string): MirrorError {
  const output = lastLines(errors);
  const found = EXPLANATIONS.find(({ pattern }) => pattern.test(errors));
  return new MirrorError(
    found?.code ?? 'ssh-failed',
    `Cannot reach ${shown}: ${found?.reason ?? (output === '' ? 'ssh ended without a word' : output)}.`,
    {
      details: { source: shown, output },
      hint: found?.hint ?? 'The output of ssh stands in the log of the run.',
      retryable: true,
    },
  );
}

/** The error of a lost or refused connection when the output shows one. */
export function findConnectionFailure(shown: string, errors: string): MirrorError | undefined {
  return EXPLANATIONS.some(({ pattern }) => pattern.test(errors))
    ? explainConnection(shown, errors)
    : undefined;
}

/** The end of what a program said, in one line. */
export function lastLines(text: string, count = 4): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-count)
    .join('; ');
}
