import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openDriver } from './driver.ts';
import { LocalDatabase } from './local-database.ts';
import { LOCAL_SCHEMA } from './schema.ts';

function newPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-schema-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'database.sqlite');
}

for (let version = 1; version < LOCAL_SCHEMA.upgrades.length; version++)
  test(`LocalDatabase.open() brings a database of version ${version} up to date`, (t) => {
    const path = newPath(t);
    const driver = openDriver(path);
    for (const upgrade of LOCAL_SCHEMA.upgrades.slice(0, version)) driver.exec(readFileSync(upgrade, 'utf8'));
    driver.exec(`PRAGMA application_id = ${LOCAL_SCHEMA.applicationId}; PRAGMA user_version = ${version}`);
    driver.exec(
      "INSERT INTO volume (name, kind, state) VALUES ('duplicati-b1.dblock.zip', 'dblock', 'verified')",
    );
    driver.close();
    using database = LocalDatabase.open(path);
    assert.deepEqual(
      database.volumes.stored('dblock').map(({ name, damagedAtMs }) => ({ name, damagedAtMs })),
      [{ name: 'duplicati-b1.dblock.zip', damagedAtMs: undefined }],
    );
  });
