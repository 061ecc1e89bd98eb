import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENTRY_KINDS, type LocalDatabase } from '../../src/database/index.ts';
import type { Selection } from '../../src/operations/recreate/run.ts';
import { type FixtureCase, fixtureCase, fixtureCases } from '../support/fixture-cases.ts';
import { type Recreated, recreateFrom, versionContents } from '../support/recreated.ts';

const cases = fixtureCases();
const NEWEST: Selection = { extent: 'newest-match' };

if (cases.length === 0) test('recreateDatabase() of selections', (t) => t.skip('no fixtures here'));

/** Every block that an entry needs is a row with a place. */
function assertRestorable(database: LocalDatabase): void {
  const places = new Map([...database.blocks.all()].map(({ id, volumeId }) => [id as number, volumeId]));
  const volumes = new Map(database.volumes.all().map((volume) => [volume.id, volume]));
  for (const { seq } of database.filesets.versions()) {
    for (const { content, metadata } of database.entries.listed({ seq })) {
      for (const reference of [content, metadata]) {
        const ids =
          reference > 0 ? database.contents.get(reference).blocks : reference < 0 ? [-reference] : [];
        for (const id of ids) {
          const volumeId = places.get(id);
          assert.ok(volumeId !== undefined, `block ${id} has no row`);
          assert.equal(volumes.get(volumeId)?.kind, 'dblock', `block ${id} has no place`);
        }
      }
    }
  }
}

function select(selection: Selection, fixture: FixtureCase): Parameters<typeof recreateFrom>[1] {
  return { ...fixture, input: { selection } };
}

function downloads({ statistics }: Recreated): number {
  return statistics.filesDownloaded;
}

for (const fixture of cases) {
  test(`recreateDatabase() selects each version of '${fixture.name}' alone`, async (t) => {
    const whole = await recreateFrom(t, fixture);
    const versions = versionContents(whole.database);
    for (let number = 0; number < fixture.versions; number++) {
      const selected = await recreateFrom(t, select({ versions: [number], extent: 'newest-match' }, fixture));
      assert.deepEqual(selected.result.brokenVersions, []);
      assert.deepEqual(versionContents(selected.database), [versions[number]]);
      assertRestorable(selected.database);
      assert.equal(selected.database.configuration.get('restricted-rebuild'), 'true');
      assert.ok(selected.database.blocks.count() <= whole.database.blocks.count());
    }
  });
}

test('recreateDatabase() of one file fetches a dlist and no dindex beyond the one that places the last block', async (t) => {
  const fixture = fixtureCase('blocks-1kb');
  if (fixture === undefined) return t.skip('no fixtures here');
  const whole = await recreateFrom(t, fixture);
  const [newest] = versionContents(whole.database);
  const files = newest?.entries.filter(({ kind }) => kind === ENTRY_KINDS.file) ?? [];
  let fewest = Number.POSITIVE_INFINITY;
  for (const { path, blocks } of files) {
    const selected = await recreateFrom(
      t,
      select({ accept: (candidate) => candidate === path, extent: 'newest-match' }, fixture),
    );
    assertRestorable(selected.database);
    assert.equal(selected.result.dblocksRead, 0);
    const [version, ...others] = versionContents(selected.database);
    assert.deepEqual(others, []);
    assert.deepEqual(
      version?.entries,
      newest?.entries.filter((entry) => entry.path === path),
    );
    // Its blocks, blocklists, and the blob of its metadata.
    assert.ok(selected.database.blocks.count() <= Math.max(1, blocks.length) * 2 + 1);
    fewest = Math.min(fewest, downloads(selected));
  }
  assert.equal(fewest, 2);
});

test('recreateDatabase() takes the newest version that holds a wanted file, and the newest of all where none does', async (t) => {
  const fixture = fixtureCase('plain-100kb');
  if (fixture === undefined) return t.skip('no fixtures here');
  const versions = versionContents((await recreateFrom(t, fixture)).database);
  const paths = versions.map(({ entries }) => new Set(entries.map(({ path }) => path)));
  const gone = versions[2]?.entries.find(
    ({ path, kind }) => kind === ENTRY_KINDS.file && !paths[0]?.has(path) && !paths[1]?.has(path),
  );
  assert.ok(gone !== undefined, 'the fixture has a file that only its oldest version holds');
  const timeOf = async (selection: Selection) => {
    const { database } = await recreateFrom(t, select(selection, fixture));
    return database.filesets.versions().map(({ timestamp }) => timestamp);
  };
  const accept = (path: string, kind: string) => kind === 'folder' || path === gone.path;
  assert.deepEqual(await timeOf({ accept, extent: 'newest-match' }), [versions[2]?.timestamp]);
  assert.deepEqual(await timeOf({ accept: () => false, extent: 'newest-match' }), [versions[0]?.timestamp]);
  assert.deepEqual(
    await timeOf({ accept, extent: 'all' }),
    versions.map(({ timestamp }) => timestamp),
  );
  assert.deepEqual(await timeOf({ versions: [0, 2], extent: 'all' }), [
    versions[0]?.timestamp,
    versions[2]?.timestamp,
  ]);
  const beforeNewest = ((versions[0]?.timestamp ?? 0) - 1) * 1000;
  assert.deepEqual(await timeOf({ timeMs: beforeNewest, extent: 'newest-match' }), [versions[1]?.timestamp]);
});

test('recreateDatabase() of paths alone fetches the dlists of the selected versions and nothing else', async (t) => {
  const fixture = fixtureCase('blocks-1kb');
  if (fixture === undefined) return t.skip('no fixtures here');
  const whole = versionContents((await recreateFrom(t, fixture)).database);
  const selected = await recreateFrom(
    t,
    select({ versions: [0, 1], extent: 'all', content: 'paths-only' }, fixture),
  );
  assert.equal(downloads(selected), 2);
  assert.deepEqual(selected.result.brokenVersions, []);
  const named = (versions: typeof whole) =>
    versions.map(({ entries }) => entries.map(({ path, sizeBytes, hash }) => [path, sizeBytes, hash]));
  assert.deepEqual(named(versionContents(selected.database)), named(whole.slice(0, 2)));
});

test('recreateDatabase() refuses a selection that no version matches', async (t) => {
  const fixture = fixtureCase('plain-100kb');
  if (fixture === undefined) return t.skip('no fixtures here');
  await assert.rejects(recreateFrom(t, select({ versions: [7], extent: 'all' }, fixture)), {
    code: 'no-matching-version',
  });
  await assert.rejects(recreateFrom(t, select({ timeMs: 0, extent: 'all' }, fixture)), {
    code: 'no-matching-version',
  });
});

test('recreateDatabase() leaves no mark of a selection on a whole rebuild', async (t) => {
  const fixture = fixtureCase('plain-100kb');
  if (fixture === undefined) return t.skip('no fixtures here');
  const { database } = await recreateFrom(t, fixture);
  assert.equal(database.configuration.get('restricted-rebuild'), undefined);
  assert.equal(database.configuration.get('rebuild-in-progress'), undefined);
  assert.equal(database.configuration.get('blocksize'), '102400');
  const selected = await recreateFrom(t, select(NEWEST, fixture));
  assert.equal(selected.database.filesets.versions().length, 1);
});
