import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findDueSources, monitor, nextPullMs, pullSources, summarize } from '../../src/mirror/index.ts';
import { createPullBench, missingForPulls, type PullBench, startServerFor } from '../support/pull-bench.ts';

const skip = missingForPulls();
const [MINUTE_MS, DAY_MS] = [60_000, 86_400_000];
const NO_VAULT = { store: () => Promise.reject(new Error('there is no vault')) };

const look = (bench: PullBench, nowMs = Date.now()) =>
  monitor(bench.configuration, { ...bench.context, clock: { now: () => nowMs } });

function edit(bench: PullBench, fields: Readonly<Record<string, string | number>>): void {
  const source = bench.configuration.source('web');
  bench.configuration.putSource('web', 'disk', new Map([...source.own, ...Object.entries(fields)]));
}

test('monitor() finds what is healthy, and damage by comparing checksums with the server', {
  skip,
}, async (t) => {
  const server = await startServerFor(t);
  const bench = await createPullBench(t);
  for (const name of ['one', 'two', 'new\nline']) writeFileSync(join(server.dataFolder, name), 'content');
  bench.add('web', server);
  const { run } = await bench.pull('web');
  const healthy = await look(bench);
  assert.deepEqual(
    [...healthy.sources, ...healthy.destinations].flatMap(({ problems }) => problems),
    [],
  );
  assert.equal(bench.configuration.source('web').health, 'healthy');
  // Changed on the server since: no damage.
  appendFileSync(join(server.dataFolder, 'one'), ' and more');
  assert.deepEqual((await look(bench)).sources[0]?.problems, []);
  const damaged = join(bench.destination, 'web', run?.folder ?? '', server.dataFolder, 'two');
  const { atime, mtime } = statSync(damaged);
  writeFileSync(damaged, 'c0ntent');
  utimesSync(damaged, atime, mtime);
  const [problem = ''] = (await look(bench)).sources[0]?.problems ?? [];
  assert.match(problem, /two' differs from the server/);
  assert.equal(bench.configuration.source('web').health, 'unhealthy');
  assert.ok(bench.events.some(({ kind }) => kind === 'source-unhealthy'));
});

test('monitor() tells of old, overdue, shrunken and vanished versions, and of full disks', {
  skip,
}, async (t) => {
  const server = await startServerFor(t);
  const bench = await createPullBench(t);
  writeFileSync(join(server.dataFolder, 'large'), Buffer.alloc(100_000, 1));
  writeFileSync(join(server.dataFolder, 'small'), 'x');
  bench.add('web', server, ['cron=0 3 * * *', 'sample-files=0', 'healthy-storage=1kb']);
  await bench.pull('web');
  rmSync(join(server.dataFolder, 'large'));
  const { run } = await bench.pull('web');
  rmSync(join(bench.destination, 'web', run?.folder ?? ''), { recursive: true });
  const disk = bench.configuration.destination('disk');
  const strict = [
    ['healthy-disk-percent', 1],
    ['healthy-inode-percent', 1],
    ['healthy-total-storage', 1],
  ] as const;
  bench.configuration.putDestination('disk', new Map([...disk.own, ...strict]));
  const { sources, destinations } = await look(bench, Date.now() + 3 * DAY_MS);
  const said = sources[0]?.problems.join('\n') ?? '';
  for (const expected of [
    /older than 2 days/,
    /been due since/,
    /holds 1 byte, the one before 100001/,
    /is gone/,
    /Its versions use/,
  ])
    assert.match(said, expected);
  assert.match(destinations[0]?.problems.join('\n') ?? '', /of its disk is in use/);
  edit(bench, { 'paused-until': Date.now() + 9 * DAY_MS });
  const before = bench.events.filter(({ kind }) => kind.startsWith('source-')).length;
  await look(bench, Date.now() + 3 * DAY_MS);
  assert.equal(bench.events.filter(({ kind }) => kind.startsWith('source-')).length, before);
});

test('findDueSources() and pullSources() pull what is due, once', { skip }, async (t) => {
  const server = await startServerFor(t);
  const bench = await createPullBench(t);
  writeFileSync(join(server.dataFolder, 'file'), 'x');
  bench.add('web', server, ['cron=* * * * *']);
  bench.add('never', server);
  const nowMs = Date.now() + 5 * MINUTE_MS;
  const context = { ...bench.context, clock: { now: () => nowMs } };
  const due = findDueSources(bench.configuration, context);
  assert.deepEqual(
    due.map(({ name }) => name),
    ['web'],
  );
  const outcomes = await pullSources(due, { configuration: bench.configuration, vault: NO_VAULT }, context);
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['completed'],
  );
  assert.deepEqual(findDueSources(bench.configuration, context), []);
  assert.ok((nextPullMs(bench.configuration.source('web'), context) ?? 0) > nowMs);
  const summary = summarize(bench.configuration, context, nowMs - DAY_MS, nowMs + 1);
  assert.deepEqual([summary.completed, summary.failed, summary.errors], [1, 0, 0]);
});

test('pullSource() goes through a jump host, and pins its key too', { skip }, async (t) => {
  const [server, gate] = [await startServerFor(t), await startServerFor(t)];
  const bench = await createPullBench(t);
  writeFileSync(join(server.dataFolder, 'file'), 'x');
  // One key opens both, as the jump host obeys the same file.
  appendFileSync(join(gate.dataFolder, '..', 'authorized_keys'), publicKey(server.keyPath));
  bench.add('web', server, [`jump=${gate.user}@127.0.0.1:${gate.port}`]);
  const first = await bench.pull('web');
  assert.equal(first.state, 'completed', String(first.error));
  const pinned = bench.told.find(({ id }) => id === 'pull-host-key-pinned')?.text ?? '';
  assert.ok(pinned.includes(`:${server.port}`) && pinned.includes(`:${gate.port}`), pinned);
  await gate.changeHostKey();
  const second = await bench.pull('web');
  assert.equal(second.state, 'failed');
  assert.match(String(second.error), /not the one that was pinned/);
});

function publicKey(path: string): string {
  return readFileSync(`${path}.pub`, 'utf8');
}
