import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { errorCode } from '../../src/base/index.ts';
import { applyWords, claimDestination, cleanSource, removeTree } from '../../src/mirror/index.ts';
import { createPullBench, missingForPulls, type PullBench, startServerFor } from '../support/pull-bench.ts';
import { freePort } from '../support/servers/server-process.ts';
import type { SshServer } from '../support/servers/sshd.ts';
import { mountSmallDisk, remountReadOnly, resizeDisk } from '../support/small-disk.ts';

const skip = missingForPulls();
/** What Linux takes in one path. */
const LONGEST_PATH = 4095;

/** Changes fields of the source `web`. */
function edit(bench: PullBench, fields: Readonly<Record<string, string | number | readonly string[]>>): void {
  const source = bench.configuration.source('web');
  bench.configuration.putSource('web', 'disk', new Map([...source.own, ...Object.entries(fields)]));
}

async function failing(
  bench: PullBench,
): Promise<{ readonly code: string | undefined; readonly step: string | undefined }> {
  const { state, error, step } = await bench.pull('web');
  assert.equal(state, 'failed');
  return { code: errorCode(error), step };
}

async function createPulled(
  t: Parameters<typeof startServerFor>[0],
  words: readonly string[] = [],
): Promise<{ bench: PullBench; server: SshServer }> {
  const server = await startServerFor(t);
  const bench = await createPullBench(t);
  writeFileSync(join(server.dataFolder, 'file'), 'content');
  bench.add('web', server, words);
  return { bench, server };
}

test('pullSource() names each usual failure of SSH, and leaves no folder', { skip }, async (t) => {
  const { bench, server } = await createPulled(t);
  edit(bench, { port: await freePort() });
  assert.deepEqual(await failing(bench), { code: 'ssh-connection-refused', step: 'reach-source' });
  edit(bench, { port: server.port, user: 'nobody-here' });
  assert.equal((await failing(bench)).code, 'ssh-login-refused');
  edit(bench, { user: server.user, host: 'no-such-host.invalid' });
  assert.equal((await failing(bench)).code, 'ssh-host-not-found');
  edit(bench, { host: '127.0.0.1', 'key-file': join(bench.folder, 'no-key') });
  assert.match((await failing(bench)).code ?? '', /ssh-login-refused|ssh-key-unreadable/);
  assert.deepEqual(readdirSync(bench.destination), ['.ashlar-destination']);
  assert.equal(bench.events.length, 4);
  assert.ok(bench.events.every(({ kind }) => kind === 'pull-failed'));
});

test('pullSource() pins the first host key, tells it, and refuses another one', { skip }, async (t) => {
  const { bench, server } = await createPulled(t);
  const first = await bench.pull('web');
  assert.equal(first.state, 'completed', String(first.error));
  assert.ok(bench.told.some(({ id, text }) => id === 'pull-host-key-pinned' && text.includes('SHA256:')));
  await server.changeHostKey();
  assert.deepEqual(await failing(bench), { code: 'ssh-host-key-changed', step: 'reach-source' });
  edit(bench, { 'host-key': [server.knownHostsLine.split(' ').slice(1, 3).join(' ')] });
  assert.equal((await failing(bench)).code, 'ssh-host-key-changed');
});

test('pullSource() writes nothing where the destination is not mounted, foreign, or gone', {
  skip,
}, async (t) => {
  const { bench } = await createPulled(t);
  assert.equal((await bench.pull('web')).state, 'completed');
  const away = `${bench.destination}-away`;
  renameSync(bench.destination, away);
  assert.deepEqual(await failing(bench), { code: 'pull-destination-missing', step: 'check-destination' });
  mkdirSync(bench.destination);
  assert.equal((await failing(bench)).code, 'pull-destination-not-mounted');
  const cleaned = await cleanSource(bench.configuration.source('web'), { isDryRun: false }, bench.context);
  assert.equal(errorCode(cleaned.error), 'pull-destination-not-mounted');
  assert.equal(bench.database.runs.versions(bench.configuration.source('web').id).length, 1);
  writeFileSync(join(bench.destination, '.ashlar-destination'), 'another\n');
  assert.equal((await failing(bench)).code, 'pull-destination-foreign');
  assert.deepEqual(readdirSync(bench.destination), ['.ashlar-destination']);
  rmSync(bench.destination, { recursive: true });
  renameSync(away, bench.destination);
  assert.equal((await bench.pull('web')).state, 'completed');
});

test('pullSource() stops before copying when a pre-command or a dump fails, and runs the always-commands', {
  skip,
}, async (t) => {
  const { bench, server } = await createPulled(t);
  const mark = join(server.dataFolder, 'always');
  edit(bench, {
    'pre-command': ['cd /tmp', 'test "$PWD" = /tmp', 'echo broken >&2; false', 'touch never'],
    'always-command': [`touch '${mark}'`],
  });
  const outcome = await bench.pull('web');
  assert.equal(errorCode(outcome.error), 'pull-command-failed');
  assert.match(String(outcome.error), /false' failed with exit code 1: broken/);
  assert.ok(existsSync(mark));
  edit(bench, { 'pre-command': [], dump: [{ name: 'db', command: 'echo begun; exit 7' }] as never });
  const dumped = await bench.pull('web');
  assert.equal(errorCode(dumped.error), 'pull-dump-failed');
  assert.match(String(dumped.error), /exit code 7/);
  assert.equal(bench.database.runs.versions(1).length, 0);
});

test('pullSource() completes with warnings when files cannot be read, a post-command fails, or an include is missing', {
  skip,
}, async (t) => {
  const { bench, server } = await createPulled(t);
  edit(bench, {
    'post-command': ['exit 3'],
    'rsync-there': 'sh -c \'rsync "$@"; exit 24\' rsync',
    include: [server.dataFolder, '/no/such/folder'],
  });
  const outcome = await bench.pull('web');
  assert.equal(outcome.state, 'completed', String(outcome.error));
  assert.ok((outcome.run?.warnings ?? 0) >= 2);
  const lines = bench.database.log.ofRun(outcome.run?.id ?? 0).map(({ text }) => text);
  assert.ok(
    lines.some((line) => line.includes('/no/such/folder')),
    lines.join('\n'),
  );
  assert.ok(existsSync(join(bench.destination, 'web', outcome.run?.folder ?? '', server.dataFolder, 'file')));
});

test('pullSource() completes with a warning when the size cannot be measured', { skip }, async (t) => {
  const { bench, server } = await createPulled(t);
  // The server can name it, and rsync works from the folder of the version; below that, its whole path is too
  // long for the system.
  let deep = server.dataFolder;
  while (deep.length < LONGEST_PATH - 250) deep = join(deep, 'd'.repeat(200));
  deep = join(deep, 'd'.repeat(LONGEST_PATH - 20 - deep.length));
  mkdirSync(deep, { recursive: true });
  const outcome = await bench.pull('web');
  assert.equal(outcome.state, 'completed', String(outcome.error));
  assert.equal(outcome.run?.apparentBytes, undefined);
  assert.match(
    bench.told.find(({ id }) => id === 'pull-not-measured')?.text ?? '',
    /size is not known: ENAMETOOLONG/,
  );
  assert.ok(existsSync(join(bench.destination, 'web', outcome.run?.folder ?? '', server.dataFolder, 'file')));
  await removeTree(join(bench.destination, 'web'));
  assert.deepEqual(readdirSync(bench.destination), ['.ashlar-destination']);
});

test('pullSource() fails when nothing of what is included is there, and when there is no rsync', {
  skip,
}, async (t) => {
  const { bench, server } = await createPulled(t);
  edit(bench, { include: ['/no/such/folder'] });
  assert.deepEqual(await failing(bench), { code: 'pull-nothing-arrived', step: 'copy' });
  edit(bench, { include: [server.dataFolder], 'rsync-there': '/no/such/rsync' });
  assert.deepEqual(await failing(bench), { code: 'pull-rsync-missing-there', step: 'copy' });
});

test('pullSource() refuses a second run of a source, and a full destination', { skip }, async (t) => {
  const { bench } = await createPulled(t, ['pre-command=sleep 2']);
  const [first, second] = await Promise.all([bench.pull('web'), bench.pull('web')]);
  assert.deepEqual([first.state, second.state].sort(), ['busy', 'completed']);
  const destination = bench.configuration.destination('disk');
  bench.configuration.putDestination(
    'disk',
    new Map([...destination.own, ['minimum-free', Number.MAX_SAFE_INTEGER]]),
  );
  assert.deepEqual(await failing(bench), { code: 'pull-destination-full', step: 'check-destination' });
});

test('pullSource() fails on a disk that fills up or becomes read-only, and leaves versions alone', {
  skip,
}, async (t) => {
  const disk = mountSmallDisk(t, 4 * 1024 * 1024);
  if (disk === undefined) {
    t.skip('mounting a small disk needs root');
    return;
  }
  const { bench, server } = await createPulled(t);
  const fields = applyWords('destination', new Map(), [`path=${disk}`, `mount=${disk}`, 'minimum-free=1kb']);
  claimDestination(bench.configuration.addDestination('small', fields));
  bench.configuration.putSource('web', 'small', bench.configuration.source('web').own);
  const first = await bench.pull('web');
  assert.equal(first.state, 'completed', String(first.error));
  const folder = join(disk, 'web', first.run?.folder ?? '', server.dataFolder);
  writeFileSync(join(server.dataFolder, 'too-big'), randomBytes(6 * 1024 * 1024));
  const full = await failing(bench);
  assert.deepEqual(full, { code: 'pull-rsync-failed', step: 'copy' });
  assert.deepEqual(readdirSync(folder), ['file']);
  // What fills the disk is what the failed run left: the next one makes room of it.
  rmSync(join(server.dataFolder, 'too-big'));
  const next = await bench.pull('web');
  assert.equal(next.state, 'completed', String(next.error));
  assert.ok(bench.told.some(({ id }) => id === 'pull-partial-dropped'));
  writeFileSync(join(server.dataFolder, 'too-big'), randomBytes(6 * 1024 * 1024));
  resizeDisk(disk, 32 * 1024 * 1024);
  const second = await bench.pull('web');
  assert.equal(second.state, 'completed', String(second.error));
  remountReadOnly(disk);
  assert.deepEqual(await failing(bench), {
    code: 'pull-destination-not-writable',
    step: 'check-destination',
  });
  assert.deepEqual(readdirSync(folder), ['file']);
});
