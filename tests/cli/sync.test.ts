/** Plain mirrors through the command line. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { type AshlarRun, runAshlar, runAshlarBeside } from '../support/run-ashlar.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { startSshd } from '../support/servers/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function prepare(t: TestContext) {
  const home = await temporaryFolder(t);
  const source = join(home, 'source');
  const mirror = join(home, 'mirror');
  mkdirSync(join(source, 'deep', 'ö %+ x'), { recursive: true });
  for (const name of ['top', 'deep/a', 'deep/b', 'deep/ö %+ x/q?#&']) writeFileSync(join(source, name), name);
  const sync = (...options: string[]) =>
    runAshlar(home, ['sync', mirror, source, '--no-encryption', ...options]);
  return { home, source, mirror, sync };
}

function assertCode(run: AshlarRun, code = 0): AshlarRun {
  assert.equal(run.code, code, run.out + run.err);
  return run;
}

/** Files below a folder with their content. */
function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

test('sync stores what is new or changed, and removes with --sync-then-delete only', async (t) => {
  const { source, mirror, sync, home } = await prepare(t);
  assertCode(runAshlar(home, ['sync', mirror, source]), 100);
  assert.match(assertCode(sync('--dry-run')).out, /Would store: 4 of 4/);
  assert.ok(!existsSync(mirror));
  assertCode(sync());
  assert.deepEqual(filesOf(mirror), filesOf(source));
  writeFileSync(join(source, 'deep/a'), 'changed!');
  rmSync(join(source, 'deep/b'));
  rmSync(join(source, 'deep/ö %+ x'), { recursive: true });
  const run = assertCode(sync('--json'));
  const [{ uploadedFiles, unchangedFiles, deletedFiles }] = JSON.parse(run.out).mirrors;
  assert.deepEqual([uploadedFiles, unchangedFiles, deletedFiles], [1, 1, 0]);
  assert.equal(Object.keys(filesOf(mirror)).length, 4);
  assertCode(sync('--sync-then-delete'));
  assert.deepEqual(filesOf(mirror), filesOf(source));
});

test('sync removes nothing for a source that is empty or cannot be read, nor when it looks nowhere', async (t) => {
  const { source, mirror, sync } = await prepare(t);
  assertCode(sync());
  const before = filesOf(mirror);
  rmSync(join(source, 'top'));
  assert.match(
    assertCode(sync('--sync-then-delete', '--sync-remote-state=BlindlyUpload'), 2).err,
    /Nothing is removed/,
  );
  rmSync(source, { recursive: true });
  mkdirSync(source);
  assert.match(assertCode(sync('--sync-then-delete'), 2).err, /no files/);
  assert.deepEqual(filesOf(mirror), before);
  assert.match(assertCode(sync('--dbpath=x', '--exclude=*', '--sync-then-delete'), 2).err, /no files/);
});

test('--sync-remote-state=UseLocalState trusts what is remembered, --sync-recheck looks once, --sync-verify-hash compares', async (t) => {
  const { source, mirror, sync } = await prepare(t);
  assertCode(sync('--sync-verify-hash'));
  rmSync(join(mirror, 'top'));
  assertCode(sync('--sync-remote-state=UseLocalState'));
  assert.ok(!existsSync(join(mirror, 'top')));
  assertCode(sync('--sync-remote-state=UseLocalState', '--sync-recheck'));
  assert.deepEqual(filesOf(mirror), filesOf(source));
  const { mtime } = statSync(join(source, 'top'));
  writeFileSync(join(source, 'top'), 'pot');
  utimesSync(join(source, 'top'), mtime, mtime);
  assertCode(sync());
  assert.notDeepEqual(filesOf(mirror), filesOf(source));
  assertCode(sync('--sync-verify-hash'));
  assert.deepEqual(filesOf(mirror), filesOf(source));
});

test('sync puts several sources under their names, leaves links out, and refuses a mirror inside a source', async (t) => {
  const { home, source, mirror } = await prepare(t);
  symlinkSync('top', join(source, 'link'));
  const sync = (target: string, ...sources: string[]) =>
    runAshlar(home, ['sync', target, ...sources, '--no-encryption']);
  assertCode(sync(mirror, join(source, 'deep'), join(source, 'top')));
  const expected = filesOf(source);
  delete expected['link'];
  assert.deepEqual(filesOf(mirror), expected);
  mkdirSync(join(home, 'other', 'deep'), { recursive: true });
  assert.match(
    assertCode(sync(mirror, join(source, 'deep'), join(home, 'other', 'deep')), 100).err,
    /sync-names-collide/,
  );
  assert.match(assertCode(sync(join(source, 'mirror'), source), 100).err, /sync-into-source/);
});

test('sync that is killed says so in the next run, which stores what is missing', {
  timeout: 120_000,
}, async (t) => {
  const { home, source, mirror, sync } = await prepare(t);
  writeFileSync(join(source, 'large'), Buffer.alloc(3_000_000, 'x'));
  const launcher = join(import.meta.dirname, '..', '..', 'bin', 'ashlar.js');
  const argv = [
    'sync',
    mirror,
    source,
    '--no-encryption',
    '--throttle-upload=100kb',
    '--asynchronous-upload-limit=1',
  ];
  const child = spawn(process.execPath, [launcher, ...argv], {
    env: { HOME: home, TMPDIR: home, PATH: process.env['PATH'] ?? '' },
    stdio: 'ignore',
  });
  const closed = once(child, 'close');
  const isEmpty = () => !existsSync(mirror) || readdirSync(mirror).length === 0;
  while (isEmpty() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGKILL');
  await closed;
  assert.equal(child.signalCode, 'SIGKILL');
  assert.match(assertCode(sync('--sync-remote-state=UseLocalState'), 2).err, /earlier run ended/);
  assert.deepEqual(filesOf(mirror), filesOf(source));
});

test('sync mirrors to an SSH server and to further destinations', { timeout: 120_000 }, async (t) => {
  if (!hasProgram('/usr/sbin/sshd')) return t.skip('openssh-server is not installed');
  const server = await startSshd();
  t.after(() => server.stop());
  const { home, source, mirror } = await prepare(t);
  const url = `ssh://${server.user}@127.0.0.1:${server.port}${server.dataFolder}/m?ssh-keyfile=${server.keyPath}&ssh-accept-any-fingerprints=true`;
  const config = JSON.stringify({ destinations: [{ url: mirror }] });
  const sync = () =>
    runAshlarBeside(home, [
      'sync',
      url,
      source,
      '--no-encryption',
      '--sync-then-delete',
      `--remote-sync-json-config=${config}`,
    ]);
  assertCode(await sync());
  assert.deepEqual(filesOf(join(server.dataFolder, 'm')), filesOf(source));
  rmSync(join(source, 'deep/ö %+ x'), { recursive: true });
  writeFileSync(join(source, 'deep/new'), 'new');
  assertCode(await sync());
  for (const folder of [join(server.dataFolder, 'm'), mirror])
    assert.deepEqual(filesOf(folder), filesOf(source));
});
