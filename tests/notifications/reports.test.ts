import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runAshlarBeside } from '../support/run-ashlar.ts';
import { startMailServer } from '../support/servers/mail-server.ts';
import { startReportCatcher } from '../support/servers/report-catcher.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function createBackup(t: TestContext) {
  const home = await temporaryFolder(t);
  const [source, destination] = [join(home, 'source'), join(home, 'destination')];
  mkdirSync(source);
  writeFileSync(join(source, 'file'), 'content');
  const run = (command: string, ...options: string[]) =>
    runAshlarBeside(home, [
      command,
      destination,
      ...(command === 'backup' ? [source] : []),
      '--passphrase=never to be told',
      ...options,
    ]);
  return { home, source, destination, run };
}

/** The text of a mail, with the lines that its transfer had broken put together again. */
function textOf(source: string): string {
  return source.replaceAll(/=\r\n/g, '').replaceAll('\r\n', '\n').replaceAll('=3D', '=');
}

test('a backup is reported by mail, with the subject and text of its templates', async (t) => {
  const { home, run } = await createBackup(t);
  const { port, mails } = await startMailServer(t, { login: { user: 'sender', password: 'mail secret' } });
  const template = join(home, 'template');
  writeFileSync(template, 'Backup of %backup-name% on %MACHINE-NAME%:%nothing%\n%RESULT%');
  const { code, err } = await run(
    'backup',
    '--send-mail-to=admin@example.org,other@example.org',
    `--send-mail-url=smtp://127.0.0.1:1;smtp://sender@127.0.0.1:${port}/?starttls=never`,
    '--send-mail-password=mail secret',
    '--send-mail-subject=%OPERATIONNAME% of %backup-name%: %RESULT%',
    `--send-mail-body=${template}`,
    '--backup-name=things',
    '--machine-name=here',
  );
  assert.deepEqual([code, err], [0, '']);
  const [mail] = mails;
  assert.ok(mail !== undefined && mails.length === 1);
  assert.deepEqual(
    [mail.from, mail.to, mail.user],
    ['no-reply@example.org', ['admin@example.org', 'other@example.org'], 'sender'],
  );
  assert.match(mail.source, /^Subject: Backup of things: Success\r$/m);
  assert.match(textOf(mail.source), /^Backup of things on here:$/m);
  assert.match(textOf(mail.source), /^MainOperation: Backup$/m);
});

test('a report holds the lines of the log that were asked for, without paths and secrets', async (t) => {
  const { source, run } = await createBackup(t);
  const { url, caught } = await startReportCatcher(t);
  const missing = ['one', 'two', 'three'].map((name) => join(source, `missing ${name}`));
  await run(
    'backup',
    ...missing,
    `--send-http-json-urls=${url}/json?token=hush-hush`,
    '--send-http-max-log-lines=2',
  );
  const report = JSON.parse(caught[0]?.body ?? '');
  assert.equal(report.Data.MainOperation, 'Backup');
  assert.equal(report.Extra.OperationName, 'Backup');
  assert.equal(report.LogLines.length, 3);
  assert.match(report.LogLines[0], /Cannot find the source '<path>'/);
  assert.equal(report.LogLines[2], '... and 1 more');
  assert.equal(report.Exception, null);
  assert.doesNotMatch(caught[0]?.body ?? '', /never to be told|hush-hush|missing one|\/source/);
});

test('a backup that fails is reported as fatal, with the reason, and so is what a required script prevents', async (t) => {
  const { home, run } = await createBackup(t);
  const { url, caught } = await startReportCatcher(t);
  await run('backup');
  const report = (): { Data: Record<string, unknown>; Exception: string } =>
    JSON.parse(caught.at(-1)?.body ?? '');
  const failed = await run('backup', '--passphrase=another one', `--send-http-json-urls=${url}`);
  assert.equal(failed.code, 100);
  assert.equal(report().Data['ParsedResult'], 'Fatal');
  assert.match(report().Exception, /passphrase/);
  const script = join(home, 'script');
  writeFileSync(script, '#!/bin/sh\nexit 1\n');
  chmodSync(script, 0o700);
  await run('backup', `--run-script-before-required=${script}`, `--send-http-json-urls=${url}`);
  assert.match(report().Exception, /ended with exit code 1/);
  assert.equal(caught.length, 2);
});

test('levels and --send-http-any-operation decide what is reported', async (t) => {
  const { run } = await createBackup(t);
  const { url, caught } = await startReportCatcher(t);
  const to = `--send-http-url=${url}`;
  await run('backup', to, '--send-http-level=Warning,Error,Fatal');
  await run('list', to);
  await run('test', to);
  assert.equal(caught.length, 0);
  await run('test', to, '--send-http-any-operation', '--send-http-message=%OPERATIONNAME%');
  await run('backup', to, '--send-http-level=Success', '--send-http-message=%PARSEDRESULT%');
  assert.deepEqual(
    caught.map(({ body }) => body),
    ['message=Test', 'message=Success'],
  );
});

test('forms, verbs, names of fields and further values are those of the options', async (t) => {
  const { run } = await createBackup(t);
  const { url, caught } = await startReportCatcher(t);
  await run(
    'backup',
    `--send-http-url=${url}/first?kept=1;${url}/second`,
    '--send-http-verb=get',
    `--send-http-form-urls=${url}/form`,
    '--send-http-message=%colour% & %RESULT-FREE%',
    '--send-http-message-parameter-name=text',
    '--send-http-extra-parameters={"colour": "dark green"}',
  );
  assert.deepEqual(
    caught.map(({ method, path, body }) => `${method} ${path} ${body}`),
    [
      'GET /first?kept=1&colour=dark+green&text=dark+green+%26+ ',
      'GET /second?colour=dark+green&text=dark+green+%26+ ',
      'POST /form colour=dark+green&text=dark+green+%26+',
    ],
  );
});

test('a report that nobody takes is tried again, then a warning, and fails no backup', async (t) => {
  const { run } = await createBackup(t);
  const { url, caught } = await startReportCatcher(t, { answers: [500, 502, 200, 500, 500] });
  const quick = [
    '--send-http-retries=2',
    '--send-http-retry-delay=0',
    `--send-http-url=${url}/hook/hush-hush`,
  ];
  assert.deepEqual(await run('backup', ...quick).then(({ code, err }) => [code, err, caught.length]), [
    0,
    '',
    3,
  ]);
  const { code, err } = await run('backup', ...quick.with(0, '--send-http-retries=1'));
  assert.equal(code, 1, 'nothing had changed');
  assert.match(err, /^Warning: A report could not be sent by HTTP: .* it answered 500/);
  assert.doesNotMatch(err, /hush/);
  const lacking = await run('backup', '--send-telegram-bot-id=1', '--send-mail-to=nobody');
  assert.equal(lacking.code, 2);
  assert.match(lacking.err, /'nobody' is no mail address/);
  assert.match(lacking.err, /lacks its key or its channel/);
});

test('progress is posted at the beginning and at the end of an operation', async (t) => {
  const { run } = await createBackup(t);
  const { url, caught } = await startReportCatcher(t);
  await run('backup', `--http-report-status-url=${url}`, '--backup-name=things');
  const states = caught.map(({ body }) => JSON.parse(body));
  const [first, last] = [states.at(0), states.at(-1)];
  assert.deepEqual([first.State, last.State], ['Started', 'Completed']);
  assert.equal(last.ParsedResult, 'Success');
  assert.equal(last.OperationName, 'Backup');
  assert.equal(last.Extra['backup-name'], 'things');
  assert.equal(last.Progress.CurrentFilename, null);
  assert.ok(last.Progress.ProcessedFileCount > 0);
});

test('`ashlar send-mail` sends a mail whatever the levels say, and says where that fails', async (t) => {
  const home = await temporaryFolder(t);
  const { port, mails } = await startMailServer(t);
  const to = [
    '--send-mail-to=admin@example.org',
    '--send-mail-level=Fatal',
    '--send-http-url=http://127.0.0.1:1',
  ];
  const sent = await runAshlarBeside(home, ['send-mail', ...to, `--send-mail-url=127.0.0.1:${port}`]);
  assert.deepEqual([sent.code, sent.err, mails.length], [0, '', 1]);
  const failed = await runAshlarBeside(home, ['send-mail', ...to, '--send-mail-url=127.0.0.1:1']);
  assert.equal(failed.code, 100);
  assert.match(failed.err, /No mail server took the report: 127\.0\.0\.1: .*ECONNREFUSED/);
  assert.equal((await runAshlarBeside(home, ['send-mail'])).code, 200);
});
