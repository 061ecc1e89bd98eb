import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyWords, cleanSource, findOrphans, pullSource, renameSource } from '../../src/mirror/index.ts';
import { addKeptVersion } from '../support/kept-versions.ts';
import { createPullBench, missingForPulls, type PullBench, startServerFor } from '../support/pull-bench.ts';

const NOW_MS = Date.now();

function addSource(bench: PullBench) {
  const fields = applyWords('source', new Map(), ['host=h', 'user=u', 'include=/x']);
  return bench.configuration.addSource('web', 'disk', fields);
}

const clean = (bench: PullBench, name: string) =>
  cleanSource(bench.configuration.source(name), { isDryRun: false }, bench.context);

test('renameSource() takes the folder of versions along, and the next pull links to them', {
  skip: missingForPulls(),
}, async (t) => {
  const server = await startServerFor(t);
  const bench = await createPullBench(t);
  writeFileSync(join(server.dataFolder, 'file'), 'content');
  const before = bench.add('web', server);
  const first = await bench.pull('web');
  const { folder } = renameSource('web', 'shop', bench.configuration, bench.context);
  assert.equal(folder, join(bench.destination, 'shop'));
  assert.deepEqual(readdirSync(bench.destination).sort(), ['.ashlar-destination', 'shop']);
  // Whoever read the source before works on what it has become.
  const vault = { store: () => Promise.reject(new Error('no vault')) };
  const second = await pullSource(before, { configuration: bench.configuration, vault }, bench.context);
  assert.equal(second.state, 'completed', String(second.error));
  assert.deepEqual(readdirSync(folder).sort(), [first.run?.folder, second.run?.folder]);
  assert.equal(second.run?.addedBytes === undefined || second.run.addedBytes < 100_000, true);
  assert.throws(() => bench.configuration.source('web'), { code: 'pull-source-unknown' });
});

test('renameSource() refuses names that are taken, and a destination that is not there', async (t) => {
  const bench = await createPullBench(t);
  addSource(bench);
  const rename = (name: string) => renameSource('web', name, bench.configuration, bench.context);
  assert.throws(() => rename('web'), { code: 'pull-name-taken' });
  assert.throws(() => rename('a/b'), { code: 'pull-name-invalid' });
  mkdirSync(join(bench.destination, 'there'));
  assert.throws(() => rename('there'), { code: 'pull-name-taken' });
  renameSync(bench.destination, `${bench.destination}-away`);
  assert.throws(() => rename('shop'), { code: 'pull-destination-missing' });
  assert.equal(bench.configuration.source('web').formerName, undefined);
});

test('a rename that was interrupted loses sight of no version, and is finished by the next cleanup', async (t) => {
  const bench = await createPullBench(t);
  const { folder: version } = addKeptVersion(bench, addSource(bench), NOW_MS);
  // The name is booked, and the power goes.
  const { folder } = bench.configuration.renameSource('web', 'shop');
  assert.equal(folder, join(bench.destination, 'web'));
  assert.throws(() => addSource(bench), { code: 'pull-name-taken' });
  const orphans = () =>
    findOrphans(bench.configuration.destination('disk'), bench.configuration, bench.database);
  assert.deepEqual(orphans(), []);
  // While the disk is away, nothing is decided.
  const away = `${bench.destination}-away`;
  renameSync(bench.destination, away);
  assert.notEqual((await clean(bench, 'shop')).error, undefined);
  assert.equal(bench.configuration.source('shop').formerName, 'web');
  renameSync(away, bench.destination);
  assert.deepEqual((await clean(bench, 'shop')).vanished, []);
  assert.ok(existsSync(join(bench.destination, 'shop', version)));
  assert.equal(bench.configuration.source('shop').formerName, undefined);
  assert.deepEqual(orphans(), []);
  assert.equal(bench.database.runs.versions(1).length, 1);
});

test('a source that was renamed before its first pull begins under its new name', async (t) => {
  const bench = await createPullBench(t);
  addSource(bench);
  renameSource('web', 'shop', bench.configuration, bench.context);
  // Somebody else takes the former name meanwhile.
  const other = addSource(bench);
  addKeptVersion(bench, other, NOW_MS);
  await clean(bench, 'shop');
  assert.equal(bench.configuration.source('shop').folder, join(bench.destination, 'shop'));
  assert.ok(existsSync(other.folder));
});

test('a version that left with its source to another destination is no orphan of the first', async (t) => {
  const bench = await createPullBench(t);
  const source = addSource(bench);
  addKeptVersion(bench, source, NOW_MS);
  const second = join(bench.folder, 'second');
  mkdirSync(second);
  bench.configuration.addDestination('second', applyWords('destination', new Map(), [`path=${second}`]));
  bench.configuration.putSource('web', 'second', source.own);
  assert.deepEqual(
    findOrphans(bench.configuration.destination('disk'), bench.configuration, bench.database),
    [],
  );
});
