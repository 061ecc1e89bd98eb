/** What a written `ssh_config` is made from. */
export interface SshConfigFacts {
  readonly host: string;
  readonly user: string;
  readonly port: number;
  readonly keyFile: string | undefined;
  readonly jump: string | undefined;
  readonly connectSeconds: number;
  readonly knownHosts: string;
  /** The home of the account that runs us, for its own keys. */
  readonly home: string;
  /** `accept-new` on a first connection only. */
  readonly hostChecking: HostChecking;
  readonly jumpChecking: HostChecking;
}

export type HostChecking = 'yes' | 'accept-new';

/**
 * What `ssh` and `rsync` call the server, so that no configured name stands on a command line, and no jump
 * host is mistaken for it.
 */
export const SOURCE_ALIAS = 'ashlar-source';

const ALIVE_SECONDS = 15;
const ALIVE_COUNT = 4;

/**
 * A complete `ssh_config`: no other file of the account or the machine is read. Jump hosts obey it too,
 * because `ssh` hands `-F` on. Nothing is asked, nothing is forwarded. (Syntax: OpenSSH's ssh_config(5).)
 */
export function renderSshConfig(facts: SshConfigFacts): string {
  const general = [
    'BatchMode yes',
    `ConnectTimeout ${facts.connectSeconds}`,
    `ServerAliveInterval ${ALIVE_SECONDS}`,
    `ServerAliveCountMax ${ALIVE_COUNT}`,
    `StrictHostKeyChecking ${facts.jumpChecking}`,
    'HashKnownHosts no',
    'UpdateHostKeys no',
    'CheckHostIP no',
    `UserKnownHostsFile ${quoted(facts.knownHosts)}`,
    'GlobalKnownHostsFile /dev/null',
    'ClearAllForwardings yes',
    'ForwardAgent no',
    'ForwardX11 no',
    'PermitLocalCommand no',
    'EscapeChar none',
    'RequestTTY no',
    ...identities(facts),
  ];
  const own = [
    `HostName ${facts.host}`,
    `User ${facts.user}`,
    `Port ${facts.port}`,
    `StrictHostKeyChecking ${facts.hostChecking}`,
    ...(facts.jump === undefined ? [] : [`ProxyJump ${facts.jump}`]),
  ];
  const lines = [`Host ${SOURCE_ALIAS}`, ...own.map(indent), 'Host *', ...general.map(indent)];
  return `${lines.join('\n')}\n`;
}

function identities({ keyFile, home }: SshConfigFacts): string[] {
  if (keyFile !== undefined) return [`IdentityFile ${quoted(keyFile)}`, 'IdentitiesOnly yes'];
  return ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => `IdentityFile ${quoted(`${home}/.ssh/${name}`)}`);
}

/**
 * A path as `ssh_config` reads it: in quotes, with its percent signs doubled. Configured paths hold no quotes
 * and no line breaks.
 */
function quoted(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}

function indent(line: string): string {
  return `  ${line}`;
}
