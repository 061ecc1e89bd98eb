import type { OptionDeclaration } from './declaration.ts';

/** The variables of a process, handed in by an entrance. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIXES = ['ASHLAR_', 'DUPLICATI__'] as const;
const PLAIN_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  passphrase: ['PASSPHRASE'],
  'auth-username': ['AUTH_USERNAME'],
  'auth-password': ['AUTH_PASSWORD'],
  'oauth-url': ['DUPLICATI_OAUTH_SERVICE'],
  'ssh-agent-socket': ['SSH_AUTH_SOCK'],
  'http-proxy': ['http_proxy', 'HTTP_PROXY'],
  'https-proxy': ['https_proxy', 'HTTPS_PROXY'],
  'all-proxy': ['all_proxy', 'ALL_PROXY'],
  'no-proxy': ['no_proxy', 'NO_PROXY'],
};

/**
 * The options that the environment gives: `some-option` as `ASHLAR_SOME_OPTION`, else
 * `DUPLICATI__SOME_OPTION` (scripts see it with the name in lower case, so that is read too), else for the
 * passphrase and the login the plain names that Duplicati reads, and for proxies and the SSH agent those that
 * most programs read.
 */
export function readEnvironment(
  declarations: readonly OptionDeclaration[],
  environment: Environment,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name } of declarations) {
    const value = candidates(name)
      .map((variable) => environment[variable])
      .find((text) => text !== undefined && text !== '');
    if (value !== undefined) found.set(name, value);
  }
  return found;
}

/** The variable that stands for an option. */
export function variableOf(name: string): string {
  return `${PREFIXES[0]}${upper(name)}`;
}

function candidates(name: string): readonly string[] {
  return [
    ...PREFIXES.map((prefix) => `${prefix}${upper(name)}`),
    `${PREFIXES[1]}${name.replaceAll('-', '_')}`,
    ...(PLAIN_VARIABLES[name] ?? []),
  ];
}

function upper(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
