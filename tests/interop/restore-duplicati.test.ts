import assert from 'node:assert/strict';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { RunController, silentLog, systemClock } from '../../src/base/index.ts';
import { openDestination } from '../../src/destinations/index.ts';
import type { OpenedBackup } from '../../src/operations/opened-backup/opened-backup.ts';
import type { RestoreResult } from '../../src/operations/restore/result.ts';
import { runRestore } from '../../src/operations/restore/run.ts';
import { TemporaryFolder } from '../../src/pipeline/index.ts';
import { emptyStatistics, Remote } from '../../src/transfer/index.ts';
import { type FixtureCase, fixtureCases } from '../support/fixture-cases.ts';
import { type Recreated, recreateFrom } from '../support/recreated.ts';
import { restoreEverything } from '../support/restore-settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { expectedRows, restoredRows } from '../support/tree-rows.ts';

const cases = fixtureCases();
const isRoot = process.geteuid?.() === 0;

if (cases.length === 0)
  test('runRestore() of backups made by Duplicati', (t) => t.skip('NO FIXTURES: nothing was restored'));

for (const fixture of cases) {
  test(`runRestore() brings back every version of '${fixture.name}' exactly`, async (t) => {
    if (!isRoot) return t.skip('owners are restored by root only');
    const recreated = await recreateFrom(t, fixture);
    for (let number = 0; number < fixture.versions; number++) {
      const target = join(await temporaryFolder(t), 'target');
      const result = await restoreVersion(t, fixture, { recreated, number, target });
      assert.deepEqual(result.brokenFiles, []);
      assert.deepEqual(result.brokenVolumes, []);
      assert.deepEqual(result.metadataProblems, { count: 0, byPart: {}, first: [] });
      assert.deepEqual(restoredRows(fixture, target), expectedRows(fixture, number), `version ${number}`);
    }
  });
}

async function restoreVersion(
  t: TestContext,
  fixture: FixtureCase,
  wanted: { recreated: Recreated; number: number; target: string },
): Promise<RestoreResult> {
  const { database, result } = wanted.recreated;
  const folder = await temporaryFolder(t);
  const control = new RunController();
  await using destination = await openDestination(fixture.destination);
  const retry = { retries: 0, delayMs: 0, growth: 'constant' } as const;
  const remote = new Remote(
    destination,
    { retry, folder: 'must-exist' },
    { log: silentLog, signal: control.signal, statistics: emptyStatistics() },
  );
  using temporary = new TemporaryFolder(join(folder, 'temporary'));
  const keys = { passphrase: fixture.passphrase ?? undefined, gpg: {} };
  const target: OpenedBackup['target'] = {
    url: fixture.destination,
    destinationOptions: new Map(),
    prefix: fixture.prefix,
    databasePath: database.path,
    dataFolder: folder,
    backupName: fixture.name,
    temporaryParent: folder,
    keys,
    retry,
  };
  const seq = database.filesets.versions()[wanted.number]?.seq ?? assert.fail('the version is missing');
  return await runRestore(
    { target, remote, database, temporary, keys, format: result.format },
    restoreEverything({ seq, restorePath: wanted.target, restoreSymlinkMetadata: false }),
    { log: silentLog, control, clock: systemClock, report: () => {} },
  );
}
