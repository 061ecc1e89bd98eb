import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type LogLevel, systemClock } from '../../src/base/index.ts';
import type { ReadChannel } from '../../src/notifications/channel.ts';
import { readHttpChannel } from '../../src/notifications/channels/http.ts';
import { readMailChannel } from '../../src/notifications/channels/mail.ts';
import { readTelegramChannel } from '../../src/notifications/channels/telegram.ts';
import { readXmppChannel } from '../../src/notifications/channels/xmpp.ts';
import { createNotifier, type Report } from '../../src/notifications/index.ts';
import { resolveProgramOptions } from '../../src/options/index.ts';
import { makeCertificate } from '../support/servers/certificate.ts';
import { type MailServerSettings, startMailServer } from '../support/servers/mail-server.ts';
import { type ProsodySettings, startProsody } from '../support/servers/prosody.ts';
import { startReportCatcher } from '../support/servers/report-catcher.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { startSocksProxy } from '../support/servers/socks-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const REPORT: Report = {
  operation: 'Backup',
  kind: 'usual',
  result: 'Success',
  text: 'Grüße <&> aus dem Lauf\n',
  data: {},
  values: new Map([['backup-name', 'things']]),
};

/** Sends a report by one channel. Answers whether it was taken, and what was said of it. */
async function send(
  channel: ReadChannel,
  options: Readonly<Record<string, string>>,
  report: Report = REPORT,
): Promise<{ readonly isSent: boolean; readonly said: string }> {
  const said: string[] = [];
  const settings = resolveProgramOptions({ commandLine: new Map(Object.entries(options)) });
  const log = { write: (_level: LogLevel, _id: string, text: string) => void said.push(text) };
  const context = { settings, clock: systemClock, redact: (text: string) => text, log, channels: [channel] };
  const isSent = await createNotifier(context).send(report, new AbortController().signal);
  return { isSent: isSent && said.length === 0, said: said.join('\n') };
}

const byMail: ReadChannel = (settings) => readMailChannel(settings);

async function mailTo(t: TestContext, server: MailServerSettings, url: (port: number) => string, more = {}) {
  const { port, mails } = await startMailServer(t, server);
  const outcome = await send(byMail, {
    'send-mail-to': 'Somebody <admin@example.org>',
    'send-mail-url': url(port),
    ...more,
  });
  return { ...outcome, mails };
}

test('mail is encrypted where its address wants that, and only to a server that is trusted', async (t) => {
  const certificate = makeCertificate(await temporaryFolder(t));
  const trust = { 'ca-certificate-file': certificate.certificatePath };
  const upgraded = await mailTo(t, { certificate }, (port) => `tls://127.0.0.1:${port}`, trust);
  assert.deepEqual([upgraded.said, upgraded.mails[0]?.isEncrypted], ['', true]);
  const offered = await mailTo(t, { certificate }, (port) => `127.0.0.1:${port}`, trust);
  assert.equal(offered.mails[0]?.isEncrypted, true);
  const secure = { certificate, isEncryptedFromStart: true };
  const first = await mailTo(t, secure, (port) => `smtps://127.0.0.1:${port}`, trust);
  assert.equal(first.mails[0]?.isEncrypted, true);
  const never = await mailTo(t, { certificate }, (port) => `smtp://127.0.0.1:${port}/?starttls=never`);
  assert.equal(never.mails[0]?.isEncrypted, false);
  for (const refused of [
    await mailTo(t, { certificate }, (port) => `tls://127.0.0.1:${port}`),
    await mailTo(t, {}, (port) => `smtp://127.0.0.1:${port}/?starttls=always`),
  ]) {
    assert.equal(refused.isSent, false);
    assert.equal(refused.mails.length, 0);
    assert.match(refused.said, /No mail server took the report: 127\.0\.0\.1: /);
  }
});

test('mail says what a wrong password and an unknown recipient are, and goes to all others', async (t) => {
  const login = { user: 'sender', password: 'right' };
  const wrong = await mailTo(t, { login }, (port) => `smtp://sender:false-one@127.0.0.1:${port}`);
  assert.match(wrong.said, /wrong name or password/);
  assert.doesNotMatch(wrong.said, /false-one/);
  const partly = await mailTo(
    t,
    { refusedRecipient: 'gone@example.org' },
    (port) => `smtp://127.0.0.1:${port}`,
    {
      'send-mail-to': 'gone@example.org,admin@example.org',
    },
  );
  assert.match(partly.said, /but not for gone@example\.org/);
  assert.deepEqual(partly.mails[0]?.to, ['admin@example.org']);
});

test('mail without a server goes to one that takes mail for the domain, the preferred first', async (t) => {
  const { port, mails } = await startMailServer(t);
  const asked: string[] = [];
  const server = { tls: 'offered', isVerified: false, user: undefined, password: undefined } as const;
  const channel: ReadChannel = (settings) =>
    readMailChannel(settings, async (domain) => {
      asked.push(domain);
      return [1, port].map((number) => ({ ...server, host: '127.0.0.1', port: number }));
    });
  const { said } = await send(channel, {
    'send-mail-to': 'a@one.example,b@two.example',
    'send-mail-username': 'x',
  });
  assert.equal(said, '');
  assert.deepEqual(asked, ['one.example']);
  assert.deepEqual(mails[0]?.to, ['a@one.example', 'b@two.example']);
});

test('HTTP goes through a SOCKS proxy, with and without TLS, and says what is wrong with one', async (t) => {
  const certificate = makeCertificate(await temporaryFolder(t));
  const proxy = await startSocksProxy({ login: { user: 'me', password: 'hidden' } });
  t.after(() => proxy.stop());
  const trust = { 'send-http-accept-specified-ssl-hash': certificate.sha256, 'send-http-retries': '0' };
  const throughProxy = (url: string, login: string) =>
    send(readHttpChannel, {
      ...trust,
      'send-http-url': url.replace('127.0.0.1', 'reports.invalid'),
      'all-proxy': `socks5h://${login}@127.0.0.1:${proxy.port}`,
    });
  for (const server of [{}, { certificate }]) {
    const { url, caught } = await startReportCatcher(t, server);
    assert.equal((await throughProxy(url, 'me:hidden')).said, '');
    assert.equal(caught.length, 1);
    const refused = await throughProxy(url, 'me:other-hidden');
    assert.match(refused.said, /proxy 127\.0\.0\.1:\d+ does not accept its user and password/);
    assert.doesNotMatch(refused.said, /hidden/);
    assert.equal(caught.length, 1);
  }
  assert.ok(proxy.asked.every(({ host, as }) => host === 'reports.invalid' && as === 'name'));
  const invalid = await send(readHttpChannel, {
    'send-http-url': 'http://reports.invalid',
    'http-proxy': 'ftp://me:hidden@proxy',
  });
  assert.match(invalid.said, /Cannot use the proxy: ftp:/);
  assert.doesNotMatch(invalid.said, /hidden/);
});

test('HTTP trusts a certificate by its fingerprint, by its authority, or by any, and tells an impostor nothing', async (t) => {
  const certificate = makeCertificate(await temporaryFolder(t));
  const { url, caught } = await startReportCatcher(t, { certificate });
  const options = { 'send-http-url': url, 'send-http-retries': '0' };
  for (const [name, value] of [
    ['send-http-accept-specified-ssl-hash', `00ff;${certificate.sha1}`],
    ['send-http-accept-specified-ssl-hash', certificate.sha256],
    ['send-http-accept-any-ssl-certificate', 'true'],
    ['ca-certificate-file', certificate.certificatePath],
  ] as const)
    assert.equal((await send(readHttpChannel, { ...options, [name]: value })).said, '', name);
  assert.equal(caught.length, 4);
  const pinned = await send(readHttpChannel, { ...options, 'send-http-accept-specified-ssl-hash': '00ff' });
  assert.match(pinned.said, /its SHA-256 is [0-9a-f]{64}/);
  assert.match((await send(readHttpChannel, options)).said, /self-signed certificate/);
  assert.equal(caught.length, 4);
});

test('Telegram gets long reports in numbered parts, and its key stays out of messages', async (t) => {
  const { url, caught } = await startReportCatcher(t, { answers: [200, 200, 200, 401, 401, 401, 401] });
  const options = {
    'send-telegram-bot-id': '123',
    'send-telegram-api-key': 'hush-hush',
    'send-telegram-channel-id': '-100',
    'send-telegram-topid-id': '7',
    'send-telegram-message': '%RESULT%',
  };
  const channel: ReadChannel = (settings) => readTelegramChannel(settings, url);
  const text = 'line of a report\n'.repeat(500);
  assert.equal((await send(channel, options, { ...REPORT, text })).said, '');
  const messages = caught.map(({ body }) => JSON.parse(body));
  assert.equal(caught[0]?.path, '/bot123:hush-hush/sendMessage');
  assert.ok(messages.every(({ text }) => text.length <= 4096));
  assert.deepEqual([messages[0].chat_id, messages[0].message_thread_id], ['-100', '7']);
  assert.equal(messages.map(({ text }) => text.replace(/^\(\d\/3\)\n/, '')).join(''), text);
  const refused = await send(channel, options);
  assert.match(refused.said, /answered 401 \(noted\)/);
  assert.doesNotMatch(refused.said, /hush/);
});

const skipXmpp = hasProgram('prosody') ? false : 'needs prosody';

for (const hash of ['SHA-1', 'SHA-256'] as const satisfies readonly ProsodySettings['hash'][])
  test(`XMPP logs in by SCRAM with ${hash}, and hands the report over`, { skip: skipXmpp }, async (t) => {
    const server = await startProsody({ hash });
    t.after(() => server.stop());
    const options = {
      'send-xmpp-to': server.receiver,
      'send-xmpp-username': `${server.sender}/resource`,
      'send-xmpp-password': server.password,
      'send-xmpp-message': '%RESULT%',
      'ca-certificate-file': server.certificatePath,
    };
    const channel: ReadChannel = (settings) =>
      readXmppChannel(settings, async () => [
        { host: '127.0.0.1', port: 1 },
        { host: '127.0.0.1', port: server.port },
      ]);
    assert.deepEqual(await send(channel, options), { isSent: true, said: '' });
    assert.match(server.waiting(), /Grüße <&> aus dem Lauf/);
    const { said } = await send(channel, { ...options, 'send-xmpp-password': 'false-one' });
    assert.match(said, /refuses the login: not-authorized/);
    const { 'ca-certificate-file': _, ...untrusting } = options;
    assert.match((await send(channel, untrusting)).said, /is not trusted: self-signed certificate/);
    const nobody = await send(channel, {
      ...options,
      'send-xmpp-to': `nobody@${server.domain},${server.receiver}`,
    });
    assert.match(nobody.said, /could not pass the report on to nobody@chat\.test/);
  });
