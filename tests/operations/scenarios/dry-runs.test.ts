/**
 * Dry runs of every operation, also where an interrupted run left something to clear: nothing changes,
 * neither at the destination nor in the local database.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { createFolderEngine, type Engine } from '../../support/engine.ts';
import { faultAt } from '../../support/fault-plan.ts';
import { runAshlar } from '../../support/run-ashlar.ts';
import { seededBytes } from '../../support/seeded-random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const DRY_RUNS = [
  ['backup', (source: string) => [source]],
  ['delete', () => ['--version=1']],
  ['purge', (source: string) => [join(source, 'file-1')]],
  ['compact', () => ['--threshold=1']],
  ['repair', () => []],
  ['purge-broken-files', () => []],
  ['restore', (source: string) => [`--restore-path=${join(source, '..', 'restored')}`]],
] as const;

/** Two versions, and what a third run left that ended at its second upload. */
async function interruptedBackup(t: TestContext): Promise<Engine> {
  const engine = createFolderEngine(await temporaryFolder(t));
  const write = (name: string, seed: number) =>
    writeFileSync(join(engine.source, name), seededBytes(60_000, seed));
  for (const seed of [1, 2]) {
    write(`file-${seed}`, seed);
    await engine.backup({ options: ['--no-auto-compact=true'] });
  }
  write('file-3', 3);
  await assert.rejects(engine.backup({ faults: faultAt('put', 2, { kind: 'break', afterBytes: 100 }) }));
  return engine;
}

function fingerprints({ folder, databasePath }: Engine) {
  const destination = join(folder, 'destination');
  const files = readdirSync(destination).map((name) => {
    const hash = createHash('sha256').update(readFileSync(join(destination, name)));
    return `${name} ${hash.digest('hex')}`;
  });
  using database = new DatabaseSync(databasePath, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const rows = tables.map(({ name }) => [name, database.prepare(`SELECT * FROM "${name}"`).all()]);
  return { files: files.toSorted(), rows };
}

test('a dry run of any operation changes nothing, also after an interrupted run', async (t) => {
  const engine = await interruptedBackup(t);
  const before = fingerprints(engine);
  for (const [command, more] of DRY_RUNS) {
    const destination = join(engine.folder, 'destination');
    const { code, err } = runAshlar(engine.folder, [
      command,
      destination,
      ...more(engine.source),
      ...['--dry-run', '--no-encryption', `--dbpath=${engine.databasePath}`],
    ]);
    assert.ok(code !== null && code <= 2, `${command}: ${code} ${err}`);
    assert.deepEqual(fingerprints(engine), before, command);
  }
  assert.equal((await engine.repair()).isDryRun, false);
  assert.equal((await engine.test()).hasErrors, false);
});
