import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { LocalDatabase } from './local-database.ts';

function openDatabase(t: TestContext): LocalDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-volumes-'));
  const database = LocalDatabase.open(join(folder, 'database.sqlite'));
  t.after(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return database;
}

test('Volumes.setVerified() lets new volumes catch up, so that one at a time all come round', (t) => {
  const { volumes } = openDatabase(t);
  const add = (name: string) => volumes.add({ name, kind: 'dblock', state: 'uploaded' });
  const least = () => volumes.all().toSorted((one, other) => one.verifiedCount - other.verifiedCount)[0];
  const first = [add('a'), add('b'), add('c')];
  for (let round = 0; round < 4; round++) for (const id of first) volumes.setVerified(id, round);
  const late = add('late');
  assert.equal(least()?.id, late);
  volumes.setVerified(late, 5);
  volumes.setVerified(first[0] ?? late, 6);
  assert.ok([first[1], first[2]].includes(least()?.id));
});

test('Volumes.setVerified() ends what setDamaged() said', (t) => {
  const { volumes } = openDatabase(t);
  const id = volumes.add({ name: 'a', kind: 'dblock', state: 'uploaded' });
  volumes.setDamaged(id, 5);
  assert.equal(volumes.get(id).damagedAtMs, 5);
  volumes.setVerified(id, 6);
  assert.equal(volumes.get(id).damagedAtMs, undefined);
});

test('Volumes.remove() leaves no version with the id, which another volume may get', (t) => {
  const { volumes, filesets } = openDatabase(t);
  const list = volumes.add({ name: 'list', kind: 'dlist', state: 'temporary' });
  const seq = filesets.begin(1, list);
  volumes.remove(list);
  assert.equal(volumes.add({ name: 'other', kind: 'dblock', state: 'uploaded' }), list);
  assert.equal(filesets.get(seq).volumeId, undefined);
});
