import { NotificationError } from '../error.ts';

/** A mail server to hand a mail to. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /**
   * `always`: encrypted from the first byte; `upgrade`: by STARTTLS, or not at all; `offered`: by STARTTLS
   * where there is that; `never`.
   */
  readonly tls: 'always' | 'upgrade' | 'offered' | 'never';
  /** Whether its certificate must be trusted. */
  readonly isVerified: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

const PORTS: Readonly<Record<string, number>> = { 'smtp:': 25, 'smtps:': 465, 'tls:': 587 };
const UPGRADES: Readonly<Record<string, MailServer['tls']>> = {
  always: 'upgrade',
  'when-available': 'offered',
  auto: 'offered',
  never: 'never',
};

/**
 * Reads the address of a mail server: `smtp://host:port/?starttls=always|when-available|never`,
 * `smtps://host`, `tls://host` (STARTTLS at port 587), or a bare host. A name and a password may stand in it.
 * Throws `notification-invalid`, which never shows the address.
 */
export function parseMailServer(
  text: string,
  login: { readonly user: string | undefined; readonly password: string | undefined },
): MailServer {
  const url = URL.parse(text.includes('://') ? text : `smtp://${text}`);
  const defaultPort = PORTS[url?.protocol ?? ''];
  if (url === null || defaultPort === undefined || url.hostname === '') throw invalidServer();
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    tls: readTls(url),
    isVerified: true,
    user: url.username === '' ? login.user : decodeURIComponent(url.username),
    password: url.password === '' ? login.password : decodeURIComponent(url.password),
  };
}

function readTls(url: URL): MailServer['tls'] {
  if (url.protocol === 'smtps:') return 'always';
  const upgrade = UPGRADES[url.searchParams.get('starttls')?.toLowerCase() ?? 'when-available'];
  if (upgrade === undefined) throw invalidServer();
  return url.protocol === 'tls:' ? 'upgrade' : upgrade;
}

function invalidServer(): NotificationError {
  return new NotificationError(
    'notification-invalid',
    'The option --send-mail-url does not name a mail server.',
    {
      hint: 'Write smtp://host:port/?starttls=always, smtps://host or tls://host; several with semicolons between.',
    },
  );
}
