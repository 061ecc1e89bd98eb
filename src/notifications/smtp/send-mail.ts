import { errorMessage } from '../../base/index.ts';
import { NotificationError } from '../error.ts';
import type { MailServer } from './server.ts';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

const LIMIT_MS = 60_000;

/**
 * Hands a mail to the first of several servers that takes it. Throws `notification-unreachable` with what
 * each of them said, `notification-incomplete` for recipients that were refused, the signal's reason.
 */
export async function sendMail(
  mail: Mail,
  servers: readonly MailServer[],
  { authorities, signal }: { readonly authorities: string | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const reasons: string[] = [];
  for (const server of servers) {
    signal.throwIfAborted();
    try {
      return await handOver(mail, server, authorities, signal);
    } catch (error) {
      if (error instanceof NotificationError) throw error;
      signal.throwIfAborted();
      reasons.push(`${server.host}: ${errorMessage(error)}`);
    }
  }
  throw new NotificationError(
    'notification-unreachable',
    `No mail server took the report: ${reasons.join('; ')}.`,
    {
      hint: 'Check --send-mail-url, and the name and password for it.',
    },
  );
}

async function handOver(
  mail: Mail,
  server: MailServer,
  authorities: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const { trustAuthorities } = await import('../trust-authorities.ts');
  const { host, port, tls, isVerified, user, password } = server;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'always',
    requireTLS: tls === 'upgrade',
    ignoreTLS: tls === 'never',
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    tls: { rejectUnauthorized: isVerified, ...trustAuthorities(authorities) },
    connectionTimeout: LIMIT_MS,
    greetingTimeout: LIMIT_MS,
    socketTimeout: LIMIT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const close = (): void => transport.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    const { rejected } = await transport.sendMail({ ...mail, to: [...mail.to] });
    if (rejected.length === 0) return;
    throw new NotificationError(
      'notification-incomplete',
      `The mail server ${host} took the report, but not for ${rejected.join(', ')}.`,
    );
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}
