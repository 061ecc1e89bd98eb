import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENTRY_KINDS, type LocalDatabase } from '../../src/database/index.ts';
import { type FixtureCase, fixtureCases, type SourceEntry, sourceEntries } from '../support/fixture-cases.ts';
import { recreateFrom } from '../support/recreated.ts';

const KIND_LETTERS = {
  [ENTRY_KINDS.file]: 'f',
  [ENTRY_KINDS.folder]: 'd',
  [ENTRY_KINDS.symlink]: 'l',
} as const;
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const cases = fixtureCases();

if (cases.length === 0)
  test('recreateDatabase() on backups made by Duplicati', (t) => t.skip('no fixtures here'));

for (const fixture of cases) {
  test(`recreateDatabase() finds every entry of every version in '${fixture.name}'`, async (t) => {
    const { database, result, log } = await recreateFrom(t, fixture);
    assert.deepEqual(result.brokenVersions, []);
    assert.deepEqual(result.unreadableVolumes, []);
    assert.equal(result.versions, fixture.versions);
    const expectsReading = fixture.name === 'index-none' || fixture.name === 'index-lookup';
    assert.equal(result.dblocksRead > 0, expectsReading);
    assert.deepEqual(
      log.filter(({ level }) => level === 'warning'),
      [],
    );
    for (let number = 0; number < fixture.versions; number++) {
      assert.deepEqual(
        storedEntries(fixture, database, number),
        expectedEntries(fixture, sourceEntries(fixture, number)),
        `version ${number}`,
      );
    }
    assert.equal(database.firstComplaint(), undefined);
  });
}

/**
 * The lists say so little of times there: `continued` has a list made after a kill, with the time of the run
 * for the files of the killed one.
 */
const UNTIMED = ['skip-metadata', 'continued'];

/** What a file list can say of an entry, as text. */
function expectedEntries(fixture: FixtureCase, entries: readonly SourceEntry[]): string[] {
  return entries
    .filter(({ kind }) => kind !== 'l' || fixture.name !== 'skip-metadata')
    .map(({ kind, path, sizeBytes, hash, mtimeTicks }) => {
      const whole = path === '.' ? fixture.source : `${fixture.source}/${path}`;
      return kind === 'f'
        ? `f ${whole} ${sizeBytes} ${isSha256(fixture) ? hash : ''} ${UNTIMED.includes(fixture.name) ? '' : Math.floor(mtimeTicks / 1e7)}`
        : `${kind} ${whole}`;
    })
    .toSorted();
}

function storedEntries(fixture: FixtureCase, database: LocalDatabase, number: number): string[] {
  const { seq } = database.filesets.versions()[number] ?? assert.fail(`there is no version ${number}`);
  const texts: string[] = [];
  for (const { path, kind, sizeBytes, contentHash, mtimeSeconds } of database.entries.listed({ seq })) {
    const letter = KIND_LETTERS[kind];
    if (letter === 'l' && fixture.name === 'skip-metadata') continue;
    const whole = path.replace(/\/$/, '');
    const hash = sizeBytes === 0 ? EMPTY_SHA256 : contentHash?.toString('hex');
    texts.push(
      letter === 'f'
        ? `f ${whole} ${sizeBytes} ${isSha256(fixture) ? hash : ''} ${UNTIMED.includes(fixture.name) ? '' : mtimeSeconds}`
        : `${letter} ${whole}`,
    );
  }
  return texts.toSorted();
}

function isSha256({ options }: FixtureCase): boolean {
  return !options.some((option) => option.startsWith('--file-hash-algorithm'));
}
