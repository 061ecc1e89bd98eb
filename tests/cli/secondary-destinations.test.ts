/** Further destinations, and one destination made equal to another, through the command line. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { type AshlarRun, runAshlar, runAshlarBeside } from '../support/run-ashlar.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { startSshd } from '../support/servers/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PASSPHRASE = { PASSPHRASE: 'abc' };
const SMALL = ['--dblock-size=200kb', '--blocksize=20kb', '--number-of-retries=0'];

async function prepare(t: TestContext) {
  const home = await temporaryFolder(t);
  const place = (name: string) => join(home, name);
  mkdirSync(place('source'));
  for (let number = 0; number < 8; number++)
    writeFileSync(join(place('source'), `file${number}`), Buffer.alloc(60_000, `${number}${Math.random()}`));
  const run = (argv: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    runAshlar(home, argv, { ...PASSPHRASE, ...environment });
  const backup = (...options: string[]) => {
    writeFileSync(join(place('source'), 'changing'), `${Math.random()}`);
    return run(['backup', place('first'), place('source'), ...SMALL, ...options]);
  };
  return { home, place, run, backup };
}

function assertCode(run: AshlarRun, code = 0): AshlarRun {
  assert.equal(run.code, code, run.out + run.err);
  return run;
}

/** The names and bytes of a folder. */
function contentOf(folder: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'base64')]),
  );
}

test('backup brings secondary destinations level: at once, after some time, after some backups', async (t) => {
  const { place, run, backup } = await prepare(t);
  const config = place('config.json');
  const destinations = [
    { url: place('inline'), 'verify-get-after-put': true },
    { url: `file://${place('weekly')}`, mode: 'interval', interval: '7D' },
    { url: place('third'), count: 2 },
  ];
  writeFileSync(config, JSON.stringify({ destinations }));
  const option = `--remote-sync-json-config=${config}`;
  assertCode(backup(option));
  const first = contentOf(place('first'));
  for (const name of ['inline', 'weekly', 'third']) assert.deepEqual(contentOf(place(name)), first, name);
  const second = assertCode(backup(option, '--json'));
  const { RemoteSynchronizationResults: results } = JSON.parse(second.out).result;
  assert.deepEqual(
    results.map(({ outcome }: { outcome: string }) => outcome),
    ['level', 'not-due', 'not-due'],
  );
  assert.deepEqual(contentOf(place('inline')), contentOf(place('first')));
  assert.deepEqual(contentOf(place('weekly')), first);
  assertCode(backup(option, '--keep-versions=1'));
  assert.deepEqual(contentOf(place('third')), contentOf(place('first')));
  assert.deepEqual(contentOf(place('inline')), contentOf(place('first')));
  assert.deepEqual(contentOf(place('weekly')), first);
  rmSync(place('first'), { recursive: true });
  assertCode(run(['restore', place('third'), `--restore-path=${place('restored')}`, '--no-local-db']));
  assert.deepEqual(contentOf(place('restored')), contentOf(place('source')));
});

test('a secondary destination that fails is an error, keeps no other waiting, and is brought level by the next run', async (t) => {
  const { place, backup } = await prepare(t);
  const config = JSON.stringify({
    destinations: [
      { url: place('lost'), 'auto-create-folders': false, 'backend-retries': 0, count: 5 },
      { url: place('good') },
    ],
  });
  const option = `--remote-sync-json-config=${config}`;
  const run = assertCode(backup(option), 3);
  assert.match(run.err, /lost' was not brought level/);
  assert.deepEqual(contentOf(place('good')), contentOf(place('first')));
  mkdirSync(place('lost'));
  assertCode(backup(option));
  assert.deepEqual(contentOf(place('lost')), contentOf(place('first')));
});

test('secondary destinations stay as they are after a backup that did not go well enough', async (t) => {
  const { place, backup } = await prepare(t);
  const withWarning = [place('missing-source')];
  const of = (more: object) =>
    `--remote-sync-json-config=${JSON.stringify({ ...more, destinations: [{ url: place('second') }] })}`;
  const run = assertCode(backup(...withWarning, of({ 'sync-on-warnings': false })), 2);
  assert.match(run.out + run.err, /secondary destinations were left as they are/);
  assert.ok(!existsSync(place('second')));
  assertCode(backup(...withWarning, of({})), 2);
  assert.deepEqual(contentOf(place('second')), contentOf(place('first')));
  assertCode(backup('--remote-sync-json-config={"destinations": 5}'), 100);
});

test('addresses of secondary destinations may name secrets, and nothing shows them', async (t) => {
  const { place, backup } = await prepare(t);
  writeFileSync(place('secrets.json'), JSON.stringify({ where: place('hidden-place'), pw: 'abc' }));
  const config = place('config.json');
  writeFileSync(
    config,
    JSON.stringify({ destinations: [{ url: '$where', 'dst-options': ['auth-password=$pw'] }] }),
  );
  assertCode(
    backup(`--remote-sync-json-config=${config}`, `--secret-provider=file-secret://${place('secrets.json')}`),
  );
  assert.deepEqual(contentOf(place('hidden-place')), contentOf(place('first')));
});

test('sync-destinations copies, waits for --confirm to remove, and keeps what it removes with --retention', async (t) => {
  const { place, run, backup } = await prepare(t);
  assertCode(backup());
  const sync = (...options: string[]) =>
    run(['sync-destinations', place('first'), place('copy'), ...options]);
  const dry = assertCode(sync('--dry-run'));
  assert.match(dry.out, /Would copy: [1-9]/);
  assert.ok(!existsSync(place('copy')));
  assertCode(sync('--parse-arguments-only'));
  assert.ok(!existsSync(place('copy')));
  assertCode(sync('--dst-options=nonsense'), 200);
  assertCode(sync());
  assert.deepEqual(contentOf(place('copy')), contentOf(place('first')));
  assertCode(backup('--keep-versions=1'));
  writeFileSync(join(place('copy'), 'photo.jpg'), 'x');
  assert.match(assertCode(sync(), 2).err, /--confirm/);
  assertCode(run(['synctool', place('first'), place('copy'), '--retention']));
  const kept = readdirSync(place('copy')).filter((name) => name.startsWith('kept-'));
  assert.ok(kept.length > 0);
  const copy = new Map(contentOf(place('copy')));
  for (const name of [...kept, 'photo.jpg']) assert.ok(copy.delete(name));
  assert.deepEqual(copy, contentOf(place('first')));
  assertCode(run(['sync-destinations', place('copy'), place('copy')]), 200);
  assert.match(
    assertCode(run(['sync-destinations', place('nowhere'), place('copy')]), 100).err,
    /destination-folder-missing/,
  );
});

test('sync-destinations that is killed leaves a target whose versions restore, and goes on', {
  timeout: 180_000,
}, async (t) => {
  const { home, place, run, backup } = await prepare(t);
  assertCode(backup());
  const argv = ['sync-destinations', place('first'), place('copy'), '--confirm'];
  assertCode(run(argv));
  for (let number = 0; number < 8; number++)
    writeFileSync(join(place('source'), `more${number}`), Buffer.alloc(60_000, `${number}${Math.random()}`));
  assertCode(backup('--keep-versions=1'));
  const before = readdirSync(place('copy')).length;
  const launcher = join(import.meta.dirname, '..', '..', 'bin', 'ashlar.js');
  const child = spawn(
    process.execPath,
    [launcher, ...argv, '--throttle-upload=30kb', '--asynchronous-upload-limit=1'],
    {
      env: { HOME: home, TMPDIR: home, PATH: process.env['PATH'] ?? '' },
      stdio: 'ignore',
    },
  );
  const closed = once(child, 'close');
  while (readdirSync(place('copy')).length === before && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGKILL');
  await closed;
  assert.equal(child.signalCode, 'SIGKILL');
  assertCode(run(['restore', place('copy'), `--restore-path=${place('old')}`, '--no-local-db', '--dbpath=']));
  assertCode(run(argv));
  assert.deepEqual(contentOf(place('copy')), contentOf(place('first')));
});

test('sync-destinations carries a backup to an SSH server and back', { timeout: 180_000 }, async (t) => {
  if (!hasProgram('/usr/sbin/sshd')) return t.skip('openssh-server is not installed');
  const server = await startSshd();
  t.after(() => server.stop());
  const { home, place, backup } = await prepare(t);
  assertCode(backup());
  const url = `ssh://${server.user}@127.0.0.1:${server.port}${server.dataFolder}/deep/copy`;
  const login = `ssh-keyfile=${server.keyPath} ssh-accept-any-fingerprints=true`;
  assertCode(
    await runAshlarBeside(home, [
      'sync-destinations',
      place('first'),
      url,
      `--dst-options=${login}`,
      '--verify-get-after-put',
    ]),
  );
  assert.deepEqual(contentOf(join(server.dataFolder, 'deep', 'copy')), contentOf(place('first')));
  assertCode(
    await runAshlarBeside(home, [
      'sync-destinations',
      url,
      place('back'),
      `--src-options=${login}`,
      '--verify-contents',
      '--no-connection-reuse',
    ]),
  );
  assert.deepEqual(contentOf(place('back')), contentOf(place('first')));
});
