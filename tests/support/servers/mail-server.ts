import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { SMTPServer } from 'smtp-server';
import type { TestCertificate } from './certificate.ts';

export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and text as they came over the line. */
  readonly source: string;
  readonly user: string | undefined;
  readonly isEncrypted: boolean;
}

export interface MailServerSettings {
  /** With one, the server offers STARTTLS, or speaks TLS from the beginning. */
  readonly certificate?: TestCertificate;
  readonly isEncryptedFromStart?: boolean;
  /** Without it, anybody may hand over mail. */
  readonly login?: { readonly user: string; readonly password: string };
  readonly refusedRecipient?: string;
}

/** A mail server on 127.0.0.1 that keeps what it is given. */
export async function startMailServer(
  t: TestContext,
  settings: MailServerSettings = {},
): Promise<{ readonly port: number; readonly mails: readonly TakenMail[] }> {
  const { certificate, login, refusedRecipient, isEncryptedFromStart = false } = settings;
  const mails: TakenMail[] = [];
  const server = new SMTPServer({
    secure: isEncryptedFromStart,
    authOptional: login === undefined,
    ...(certificate === undefined
      ? { hideSTARTTLS: true }
      : { key: readFileSync(certificate.keyPath), cert: readFileSync(certificate.certificatePath) }),
    onAuth: ({ username, password }, _session, answer) => {
      if (username === login?.user && password === login?.password) answer(null, { user: username });
      else answer(new Error('wrong name or password'));
    },
    onRcptTo: ({ address }, _session, answer) => {
      answer(address === refusedRecipient ? new Error('unknown here') : null);
    },
    onData: (stream, { envelope, user, secure }, answer) => {
      void text(stream).then((source) => {
        mails.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          source,
          user,
          isEncrypted: secure,
        });
        answer();
      });
    },
  });
  // What a client breaks off is its own business.
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  t.after(() => new Promise<void>((resolve) => server.close(resolve)));
  return { port: (server.server.address() as AddressInfo).port, mails };
}
