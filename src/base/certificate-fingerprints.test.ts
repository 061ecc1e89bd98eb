import assert from 'node:assert/strict';
import test from 'node:test';
import { fingerprintsOf, parseFingerprints, type ShownCertificate } from './certificate-fingerprints.ts';

test('parseFingerprints() takes fingerprints apart, with or without colons', () => {
  assert.deepEqual(parseFingerprints('AB:cd;  0123,;'), ['abcd', '0123']);
  assert.deepEqual(parseFingerprints(''), []);
});

test('fingerprintsOf() names all certificates of a chain, whose root vouches for itself', () => {
  const root: { -readonly [K in keyof ShownCertificate]: ShownCertificate[K] } = {
    fingerprint256: 'AA:01',
    fingerprint: 'BB:02',
  };
  root.issuerCertificate = root;
  const leaf = { fingerprint256: 'CC:03', fingerprint: 'DD:04', issuerCertificate: root };
  assert.deepEqual(fingerprintsOf(leaf), ['cc03', 'dd04', 'aa01', 'bb02']);
  assert.deepEqual(fingerprintsOf({}), []);
});
