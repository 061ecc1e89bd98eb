import assert from 'node:assert/strict';
import { existsSync, linkSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyWords, cleanSource, findOrphans, type Source, usedBytes } from '../../src/mirror/index.ts';
import { measureShares, measureVersion } from '../../src/mirror/tree/measure.ts';
import { addKeptVersion } from '../support/kept-versions.ts';
import { createPullBench, type PullBench } from '../support/pull-bench.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-06-15T12:00:00Z');

function addSource(bench: PullBench, words: readonly string[] = []): Source {
  const fields = ['host=h', 'user=u', 'include=/x', ...words];
  return bench.configuration.addSource('web', 'disk', applyWords('source', new Map(), fields));
}

/** A version with one file of its own and one that all share. */
function addVersion(bench: PullBench, source: Source, startedMs: number, sizeBytes = 10): string {
  const { folder, path } = addKeptVersion(bench, source, startedMs);
  writeFileSync(join(path, 'own'), Buffer.alloc(sizeBytes, 1));
  const shared = join(bench.folder, 'shared');
  if (!existsSync(shared)) writeFileSync(shared, Buffer.alloc(100_000, 2));
  linkSync(shared, join(path, 'shared'));
  return folder;
}

function versionsOf(bench: PullBench, source: Source): (string | undefined)[] {
  return bench.database.runs.versions(source.id).map(({ folder }) => folder);
}

const clean = (bench: PullBench, source: Source, isDryRun = false) =>
  cleanSource(source, { isDryRun }, { ...bench.context, clock: { now: () => NOW_MS } });

test('cleanSource() deletes what the plan says, folders and rows, and nothing in a dry run', async (t) => {
  const bench = await createPullBench(t);
  const source = addSource(bench, ['keep-all-days=1', 'keep-daily-days=2']);
  const [newest, yesterday, twice] = [0, 1.2, 1.4].map((days) =>
    addVersion(bench, source, NOW_MS - days * DAY_MS),
  );
  const planned = await clean(bench, source, true);
  assert.deepEqual(
    planned.decisions.map(({ action, reason }) => `${action}: ${reason}`),
    ['keep: the newest', 'keep: last of the day 2026-06-14', 'delete: not the last of the day 2026-06-14'],
  );
  assert.equal(readdirSync(source.folder).length, 3);
  await clean(bench, source);
  assert.deepEqual(versionsOf(bench, source), [newest, yesterday]);
  assert.deepEqual(readdirSync(source.folder), [yesterday, newest]);
  assert.equal(existsSync(join(source.folder, twice ?? '')), false);
});

test('cleanSource() makes room by deleting the oldest first, and counts shared files once', async (t) => {
  const bench = await createPullBench(t);
  const source = addSource(bench, ['cleanup=keep-all', 'delete-oldest-above=100kb']);
  const names = [0, 1, 2, 3].map((days) => addVersion(bench, source, NOW_MS - days * DAY_MS, 40_000));
  await clean(bench, source);
  assert.deepEqual(versionsOf(bench, source), names.slice(0, 3));
});

test('cleanSource() never deletes the newest version, however old or large it is', async (t) => {
  const bench = await createPullBench(t);
  const source = addSource(bench, ['delete-oldest-above=1kb', 'keep-all-days=0', 'keep-yearly-years=0']);
  const name = addVersion(bench, source, NOW_MS - 4000 * DAY_MS, 1_000_000);
  await clean(bench, source);
  assert.deepEqual(versionsOf(bench, source), [name]);
});

test('cleanSource() forgets versions whose folders are gone, finishes deletions, and removes an old partial folder', async (t) => {
  const bench = await createPullBench(t);
  const source = addSource(bench);
  const newest = addVersion(bench, source, NOW_MS - 2 * DAY_MS);
  const vanished = addVersion(bench, source, NOW_MS - 2.2 * DAY_MS);
  rmSync(join(source.folder, vanished), { recursive: true });
  const half = addVersion(bench, source, NOW_MS - 2.4 * DAY_MS);
  bench.database.runs.note(bench.database.runs.ofSource(source.id)[2]?.id ?? 0, { state: 'deleting' });
  mkdirSync(join(source.folder, '.deleting-backup-2026-01-01-000000'));
  mkdirSync(join(source.folder, '.partial/x'), { recursive: true });
  const result = await clean(bench, source);
  assert.deepEqual(result.vanished, [vanished]);
  assert.deepEqual(readdirSync(source.folder), [newest]);
  assert.equal(existsSync(join(source.folder, half)), false);
  assert.equal(bench.database.runs.ofSource(source.id).length, 1);
});

test('cleanSource() keeps the sum of what versions added at what they use, whichever goes', async (t) => {
  const bench = await createPullBench(t);
  const source = addSource(bench, [
    'keep-all-days=0',
    'keep-daily-days=0',
    'keep-weekly-weeks=0',
    'keep-monthly-months=1',
  ]);
  for (const [index, days] of [3, 2, 1, 0].entries()) {
    const folder = addVersion(bench, source, NOW_MS - days * DAY_MS, 20_000 + index * 10_000);
    const { signal } = bench.context;
    const { addedBytes } = await measureVersion(join(source.folder, folder), signal);
    // The name that only this test holds makes the shared file look like somebody else's.
    const blocks = index === 0 ? statSync(join(bench.folder, 'shared')).blocks * 512 : 0;
    bench.database.runs.note(index + 1, { addedBytes: addedBytes + blocks });
  }
  rmSync(join(bench.folder, 'shared'));
  await clean(bench, source);
  const versions = bench.database.runs.versions(source.id);
  assert.equal(versions.length, 2);
  const shares = await measureShares(
    versions.map(({ folder }) => join(source.folder, folder ?? '')),
    bench.context.signal,
  );
  assert.equal(
    usedBytes(versions),
    shares.reduce((sum, bytes) => sum + bytes, 0),
  );
});

test('cleanSource() books a run that was killed after its version was complete', async (t) => {
  const bench = await createPullBench(t);
  const source = addSource(bench);
  const folder = addVersion(bench, source, NOW_MS);
  bench.database.runs.note(1, { state: 'running' });
  await clean(bench, source);
  assert.deepEqual(versionsOf(bench, source), [folder]);
});

test('findOrphans() names folders of versions that no run is known of, and no others', async (t) => {
  const bench = await createPullBench(t);
  const source = addSource(bench);
  addVersion(bench, source, NOW_MS);
  const orphans = ['web/backup-2020-01-01-000000', 'old/backup-2020-01-01-000000'];
  for (const path of [...orphans, 'web/notes', 'old/backup-2020-13-01-000000', 'lost+found'])
    mkdirSync(join(bench.destination, path), { recursive: true });
  const found = findOrphans(bench.configuration.destination('disk'), bench.configuration, bench.database);
  assert.deepEqual(
    found.map(({ path }) => path).sort(),
    orphans.map((path) => join(bench.destination, path)).sort(),
  );
});
