import assert from 'node:assert/strict';
import process from 'node:process';
import test from 'node:test';
import { isLeftover, isSnapshotFolder, newSnapshotName } from './snapshot-name.ts';

test('isLeftover() is true for names of processes that are gone, also where the number was given again', (t) => {
  if (process.platform !== 'linux') return t.skip('processes are looked up in /proc');
  const own = newSnapshotName();
  assert.equal(isLeftover(own), false);
  assert.deepEqual([isSnapshotFolder(`/x/.${own}/`), isSnapshotFolder(`/x/.${own}`)], [true, false]);
  assert.notEqual(newSnapshotName(), own);
  assert.equal(isLeftover(own.replace(/-\d+-(\d+)$/, '-1-$1')), true);
  assert.equal(isLeftover('ashlar-snapshot-999999999-5-1'), true);
});

test('isLeftover() is false for what is no snapshot of this program', () => {
  for (const name of [
    '',
    'snapshot',
    'ashlar-snapshot-1-2',
    'ashlar-snapshot-999999999-5-1-kept',
    'x-ashlar-snapshot-999999999-5-1',
  ])
    assert.equal(isLeftover(name), false, name);
});
