import assert from 'node:assert/strict';
import test from 'node:test';
import { findUnproven, newestVersion, planSynchronization } from './plan.ts';

const DBLOCK = 'duplicati-b0123456789abcdef0123456789abcdef.dblock.zip.aes';
const DINDEX = 'duplicati-i0123456789abcdef0123456789abcdef.dindex.zip.aes';
const DLIST = 'duplicati-20261121T100000Z.dlist.zip.aes';
const OLD_DLIST = 'duplicati-20261120T100000Z.dlist.zip.aes';

function file(name: string, sizeBytes = 10, modifiedAtMs: number | undefined = 1000) {
  return { name, sizeBytes, modifiedAtMs };
}

test('planSynchronization() copies data first and lists last, and removes the other way round', () => {
  const source = [DLIST, 'note.txt', DINDEX, DBLOCK, `${DBLOCK}.par2`].map((name) => file(name));
  const { copies } = planSynchronization(source, [], 'differing');
  assert.deepEqual(
    copies.map((group) => group.map((copy) => copy.file.name)),
    [[DBLOCK, `${DBLOCK}.par2`], [DINDEX], [DLIST], ['note.txt']],
  );
  const { extras } = planSynchronization(
    [file(DLIST)],
    [file(DBLOCK), file(OLD_DLIST), file(DINDEX)],
    'differing',
  );
  assert.deepEqual(extras, [OLD_DLIST, DINDEX, DBLOCK]);
});

test('planSynchronization() takes another length and a younger file for a difference, and nothing unknown', () => {
  const isCopied = (source: ReturnType<typeof file>, target: ReturnType<typeof file>) =>
    planSynchronization([source], [target], 'differing').copies.flat().length === 1;
  assert.equal(isCopied(file(DBLOCK), file(DBLOCK)), false);
  assert.equal(isCopied(file(DBLOCK), file(DBLOCK, 9)), true);
  assert.equal(isCopied(file(DBLOCK, 10, 1001), file(DBLOCK)), true);
  assert.equal(isCopied(file(DBLOCK, 10, 999), file(DBLOCK)), false);
  assert.equal(
    planSynchronization([file(DBLOCK, 10, 9999)], [{ ...file(DBLOCK), modifiedAtMs: undefined }], 'differing')
      .equal.length,
    1,
  );
  assert.equal(isCopied(file(DBLOCK), file(DBLOCK, -1)), false);
  assert.equal(planSynchronization([file(DBLOCK)], [file(DBLOCK)], 'all').copies.flat().length, 1);
});

test('planSynchronization() takes no file of another backup or program for one to remove', () => {
  const others = [
    'other-20261121T100000Z.dlist.zip',
    'photo.jpg',
    'kept-duplicati-x',
    'other-verification.json',
  ];
  const target = [...others, 'duplicati-verification.json', OLD_DLIST].map((name) => file(name));
  const { extras, foreignFiles } = planSynchronization([file(DLIST)], target, 'differing');
  assert.deepEqual(extras, ['duplicati-verification.json', OLD_DLIST]);
  assert.equal(foreignFiles, others.length);
});

test('newestVersion() and findUnproven() read listings', () => {
  assert.equal(newestVersion([file(OLD_DLIST), file(DLIST), file(DBLOCK)]), Date.UTC(2026, 10, 21, 10));
  assert.equal(newestVersion([file(DBLOCK)]), undefined);
  assert.deepEqual(findUnproven([file('a'), file('b'), file('c')], [file('a'), file('b', 9)]), ['b', 'c']);
});
