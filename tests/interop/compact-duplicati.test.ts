/**
 * Backups made by Duplicati are thinned out, compacted and purged here: what is left restores exactly, from
 * the destination alone.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createFolderEngine, type Engine } from '../support/engine.ts';
import { type FixtureCase, fixtureCases } from '../support/fixture-cases.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { expectedRows, restoredRows } from '../support/tree-rows.ts';

/** One of each kind of container, encryption, index and hash. */
const CHOSEN = [
  'plain-100kb',
  'blocks-1kb',
  'tzstd',
  'index-none',
  'hashes-sha1-sha384',
  'zip-zstd',
  'metadata-large',
];
const cases = fixtureCases().filter(({ name }) => CHOSEN.includes(name));
/** Every volume counts as small, and any waste is too much. */
const EVERYTHING = [
  '--threshold=0',
  '--small-file-size=1gb',
  '--small-file-max-count=0',
  '--dblock-size=50mb',
];

if (cases.length === 0)
  test('runCompact() of backups made by Duplicati', (t) => t.skip('NO FIXTURES: nothing was compacted'));

for (const fixture of cases)
  test(`runDelete(), runCompact() and runPurge() leave '${fixture.name}' whole`, async (t) => {
    const engine = await copyOf(t, fixture);
    await engine.delete({ options: [`--version=${fixture.versions - 1}`, '--no-auto-compact=true'] });
    const { rewrittenVolumes, unusedVolumes, unreadableVolumes } = await engine.compact({
      options: EVERYTHING,
    });
    assert.deepEqual(unreadableVolumes, []);
    assert.ok(rewrittenVolumes + unusedVolumes > 0);
    const gone = firstFile(fixture);
    await engine.purge((path) => path === join(fixture.source, gone), {
      options: ['--version=0', '--no-auto-compact=true'],
    });
    assert.deepEqual((await engine.test()).faultyVolumes, []);
    for (let number = 0; number < fixture.versions - 1; number++) {
      const { target, result } = await engine.restore(number, 'ignore');
      assert.deepEqual([...result.brokenFiles, ...result.brokenVolumes], []);
      const expected = expectedRows(fixture, number).filter((row) => number > 0 || !row.endsWith(` ${gone}`));
      assert.deepEqual(restoredRows(fixture, target), expected, `version ${number}`);
    }
  });

async function copyOf(t: TestContext, fixture: FixtureCase): Promise<Engine> {
  const folder = await temporaryFolder(t);
  for (const name of ['data', 'temporary', 'source', 'destination'])
    mkdirSync(join(folder, name), { recursive: true });
  cpSync(fixture.destination, join(folder, 'destination'), { recursive: true });
  assert.ok(readdirSync(join(folder, 'destination')).length > 0);
  const format =
    /^--(prefix|blocksize|block-hash-algorithm|file-hash-algorithm|compression-module|index-file-policy|encryption-module)=/;
  return createFolderEngine(folder, {
    ...(fixture.passphrase === null ? {} : { passphrase: fixture.passphrase }),
    options: fixture.options.filter((option) => format.test(option)),
  });
}

/** A file of the newest version by its path below the source. */
function firstFile(fixture: FixtureCase): string {
  const row = expectedRows(fixture, 0).find((text) => text.startsWith('f ') && !/\s\S*[/]\S*\s/.test(text));
  return row?.split(' ').at(-1) ?? assert.fail('the version has a file');
}
