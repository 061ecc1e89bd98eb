import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  formatVolumeName,
  type NewVolumeName,
  newVolumeGuid,
  parityFileName,
  parseVolumeName,
  restoreNameCase,
  verificationFileName,
} from './volume-name.ts';

const GUID = '0123456789abcdef0123456789abcdef';

test('formatVolumeName() writes the names of the format', () => {
  const common = { prefix: 'duplicati', compression: 'zip' };
  assert.equal(
    formatVolumeName({ ...common, kind: 'dblock', guid: GUID, encryption: 'aes' }),
    `duplicati-b${GUID}.dblock.zip.aes`,
  );
  assert.equal(formatVolumeName({ ...common, kind: 'dindex', guid: GUID }), `duplicati-i${GUID}.dindex.zip`);
  assert.equal(
    formatVolumeName({ ...common, kind: 'dlist', timeMs: Date.UTC(2024, 0, 2, 3, 4, 5) }),
    'duplicati-20240102T030405Z.dlist.zip',
  );
  for (const prefix of ['', 'a-b']) {
    assert.throws(() => formatVolumeName({ ...common, prefix, kind: 'dblock', guid: GUID }));
  }
});

const newNames: fc.Arbitrary<NewVolumeName> = fc
  .tuple(
    fc.stringMatching(/^[^-\n\r\u2028\u2029]+$/),
    fc.constantFrom('zip', 'tzstd', 'tgz'),
    fc.constantFrom(undefined, 'aes', 'gpg'),
    fc.oneof(
      fc.integer({ min: 0, max: 4_000_000_000 }).map((s) => ({ kind: 'dlist', timeMs: s * 1000 }) as const),
      fc
        .record({ kind: fc.constantFrom('dblock', 'dindex'), guid: fc.stringMatching(/^[0-9a-f]{32}$/) })
        .map(({ kind, guid }) => ({ kind, guid }) as const),
    ),
  )
  .map(([prefix, compression, encryption, identity]) => ({
    prefix,
    compression,
    ...identity,
    ...(encryption === undefined ? {} : { encryption }),
  }));

test('parseVolumeName() gives back what formatVolumeName() was given', () => {
  fc.assert(
    fc.property(newNames, (volume) => {
      const name = formatVolumeName(volume);
      assert.deepEqual(parseVolumeName(name), { ...volume, isParity: false });
      assert.deepEqual(parseVolumeName(parityFileName(name)), { ...volume, isParity: true });
    }),
  );
});

test('parseVolumeName() reads what Duplicati reads', () => {
  const kind = (name: string) => parseVolumeName(name)?.kind;
  assert.equal(kind('x-bA.dblock.zip'), 'dblock', 'a short GUID in upper case');
  assert.equal(kind('x-i00.dblock.zip'), 'dblock', 'the type word decides, not the letter');
  assert.equal(kind('x-|00.dindex.zip'), 'dindex', 'a bar for the letter');
  assert.equal(kind('x-b00_dblock.zip'), 'dblock', 'any character before the type word');
  assert.equal(parseVolumeName('x-b00.dblock.zip.aes.bak')?.encryption, 'aes.bak');
  assert.equal(parseVolumeName('vol/x-b00.dblock.zip')?.prefix, 'vol/x');
  assert.equal(parseVolumeName('x-b00.dblock.zip.PAR2')?.isParity, true);
});

test('parseVolumeName() knows no other names', () => {
  const names = [
    'a-b-b00.dblock.zip',
    '-b00.dblock.zip',
    'x-b.dblock.zip',
    'x-bxyz.dblock.zip',
    'x-b00.dblock',
    'x-b00.dblock.par2',
    'x-b00.DBLOCK.zip',
    'x-20241301T000000Z.dlist.zip',
    'x-2024-01-01.dlist.zip',
    ' x-b00.dfile.zip',
    verificationFileName('x'),
    '',
  ];
  for (const name of names) assert.equal(parseVolumeName(name), undefined, name);
});

test('parseVolumeName() takes another case only when asked', () => {
  const name = 'X-20240102t030405z.DLIST.ZIP';
  assert.equal(parseVolumeName(name), undefined);
  const volume = parseVolumeName(name, { caseInsensitive: true });
  assert.equal(volume?.kind, 'dlist');
  assert.equal(volume?.timeMs, Date.UTC(2024, 0, 2, 3, 4, 5));
});

test('parseVolumeName() never throws', () => {
  const stray = fc.stringMatching(/^x-(b[0-9A-F]{1,3}|\d{8}T\d{6}Z).(dblock|dlist)\..*$/);
  fc.assert(fc.property(fc.oneof(fc.string(), stray), (name) => void parseVolumeName(name)));
});

test('newVolumeGuid() gives 32 lower-case hexadecimal digits of a random UUID', () => {
  assert.match(newVolumeGuid(), /^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
  assert.notEqual(newVolumeGuid(), newVolumeGuid());
});

test('restoreNameCase() gives back the names that formatVolumeName() made', () => {
  const guid = newVolumeGuid();
  const names = [
    formatVolumeName({ kind: 'dblock', prefix: 'Backup', guid, compression: 'zip', encryption: 'aes' }),
    formatVolumeName({ kind: 'dindex', prefix: 'Backup', guid, compression: 'tzstd' }),
    formatVolumeName({ kind: 'dlist', prefix: 'Backup', timeMs: 1_700_000_000_000, compression: 'zip' }),
  ];
  for (const name of [...names, ...names.map(parityFileName)])
    for (const changed of [name.toUpperCase(), name.toLowerCase(), name])
      assert.equal(restoreNameCase(changed, 'Backup'), name);
});

test('restoreNameCase() leaves other names alone', () => {
  for (const name of [
    'Other-20260101T000000Z.dlist.zip',
    'README.TXT',
    'Backup-verification.json',
    'Backup-X.dblock.zip',
  ])
    assert.equal(restoreNameCase(name, 'backup'), name);
});
