import assert from 'node:assert/strict';
import test from 'node:test';
import { classifyListing } from './listing.ts';

const file = (name: string) => ({ name, sizeBytes: 1 });
const names = (files: readonly { readonly file: { readonly name: string } }[]) =>
  files.map((listed) => listed.file.name);

test('classifyListing() tells own volumes from companions, other backups and strays', () => {
  const listing = classifyListing(
    [
      file('own-b01.dblock.zip.aes'),
      file('own-20240102T030405Z.dlist.zip.aes'),
      file('own-b01.dblock.zip.aes.par2'),
      file('other-b02.dblock.zip'),
      file('own-verification.json'),
      file('own-20249999T030405Z.dlist.zip'),
      file('own-b03.dlist.zip'),
      file('holiday.jpg'),
      file('own-b01.dblock.zip.part'),
      file('own-b01.dblock.zip.aes.bak'),
    ],
    'own',
  );
  assert.deepEqual(names(listing.volumes), ['own-b01.dblock.zip.aes', 'own-20240102T030405Z.dlist.zip.aes']);
  assert.deepEqual(names(listing.parity), ['own-b01.dblock.zip.aes.par2']);
  assert.deepEqual(names(listing.otherPrefixes), ['other-b02.dblock.zip']);
  assert.deepEqual(
    listing.unknown.map((stray) => stray.name),
    [
      'own-verification.json',
      'own-20249999T030405Z.dlist.zip',
      'own-b03.dlist.zip',
      'holiday.jpg',
      'own-b01.dblock.zip.part',
      'own-b01.dblock.zip.aes.bak',
    ],
  );
  assert.deepEqual(listing.duplicates, []);
});

test('classifyListing() reports a name listed twice, and folds case only when asked', () => {
  const files = [file('own-b01.dblock.zip'), file('own-b01.dblock.zip'), file('OWN-B01.dblock.zip')];
  const exact = classifyListing(files, 'own');
  assert.deepEqual(exact.duplicates, ['own-b01.dblock.zip']);
  assert.equal(exact.otherPrefixes.length, 1);
  const folded = classifyListing(files, 'own', { caseInsensitive: true });
  assert.equal(folded.volumes.length, 1);
  assert.deepEqual(folded.duplicates, ['own-b01.dblock.zip', 'OWN-B01.dblock.zip']);
});
