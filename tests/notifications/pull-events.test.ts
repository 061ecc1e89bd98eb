import assert from 'node:assert/strict';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loginWords, missingForPulls, startServerFor } from '../support/pull-bench.ts';
import { runAshlarBeside } from '../support/run-ashlar.ts';
import { startMailServer } from '../support/servers/mail-server.ts';
import { startReportCatcher } from '../support/servers/report-catcher.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('pulls, cleanups, health and the weekly summary are told, and a paused source is silent', {
  skip: missingForPulls(),
}, async (t) => {
  const home = await temporaryFolder(t);
  const disk = join(home, 'disk');
  mkdirSync(disk);
  const server = await startServerFor(t);
  writeFileSync(join(server.dataFolder, 'file'), 'x');
  const { url, caught } = await startReportCatcher(t);
  const told = (): string[] =>
    caught.splice(0).map(({ body }) => {
      const { Data, Extra } = JSON.parse(body);
      return `${Data.MainOperation} ${Data.ParsedResult} ${Extra['backup-name']}`;
    });
  const ashlar = (...words: string[]) => runAshlarBeside(home, words);
  const telling = (...words: string[]) => ashlar(...words, `--send-http-json-urls=${url}`);
  await ashlar('destination', 'add', 'disk', `path=${disk}`);
  await ashlar('source', 'add', 'web', ...loginWords(server));
  await ashlar('source', 'add', 'down', 'host=127.0.0.1', 'port=1', 'user=nobody', 'include=/etc');

  assert.equal((await telling('pull', 'web', 'down')).code, 3);
  // The warning is the host key that was pinned.
  assert.deepEqual(told().sort(), ['Pull Error down', 'Pull Warning web']);
  await telling('pull', 'web', '--send-http-level=Error');
  assert.deepEqual(told(), []);
  await telling('cleanup');
  assert.deepEqual(told(), []);
  await telling('cleanup', 'web', '--send-http-any-operation');
  assert.deepEqual(told(), ['Cleanup Success web']);
  await ashlar('source', 'edit', 'down', 'paused-until=2100-01-01');
  await telling('pull', 'down');
  assert.deepEqual(told(), []);
  renameSync(disk, `${disk}-away`);
  await telling('monitor');
  await telling('cleanup', 'web');
  assert.deepEqual(told(), ['Monitor Error web', 'Monitor Error disk', 'Cleanup Error web']);

  const { port, mails } = await startMailServer(t);
  const mail = ['--send-mail-to=admin@example.org', `--send-mail-url=127.0.0.1:${port}`];
  await ashlar('monitor', '--summary', ...mail, '--send-mail-subject=%OPERATIONNAME% of %backup-name%');
  assert.match(mails[0]?.source ?? '', /^Subject: Summary of pulls\r$/m);
  assert.match(mails[0]?.source ?? '', /^Pulls: 2 completed, 2 failed/m);
});
