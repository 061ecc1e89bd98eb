import { resolveMx } from 'node:dns/promises';
import { errorCode } from '../../base/index.ts';
import { NotificationError } from '../error.ts';
import type { MailServer } from './server.ts';

/**
 * The servers that take mail for a domain, the preferred first; without any, the domain itself. (RFC 5321,
 * 5.1.) Throws `notification-unreachable`.
 */
export async function findMailServers(domain: string, lookUp = resolveMx): Promise<readonly MailServer[]> {
  const found = await lookUp(domain).catch((error: unknown) => {
    if (errorCode(error) === 'ENODATA' || errorCode(error) === 'ENOTFOUND') return [];
    throw new NotificationError(
      'notification-unreachable',
      `Cannot look up which server takes mail for ${domain}.`,
      { details: { domain }, hint: 'Give a mail server with --send-mail-url.', cause: error },
    );
  });
  const hosts = found.sort((a, b) => a.priority - b.priority).map(({ exchange }) => exchange);
  return (hosts.length === 0 ? [domain] : hosts).map(toServer);
}

/**
 * Between mail servers, a certificate that nobody vouches for is usual, and better than none. (RFC 7435.) No
 * password goes there.
 */
function toServer(host: string): MailServer {
  return { host, port: 25, tls: 'offered', isVerified: false, user: undefined, password: undefined };
}
