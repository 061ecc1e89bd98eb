import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FilenKey } from './filen-key.ts';
import { deriveSecrets } from './login-secrets.ts';
import { keyedNameHash, plainNameHash } from './name-hash.ts';

const versions = fc.constantFrom(2 as const, 3 as const);

test('FilenKey opens the texts and bytes that it sealed, and no others', () => {
  fc.assert(
    fc.property(versions, fc.string(), fc.uint8Array({ maxLength: 200 }), (version, text, bytes) => {
      const key = FilenKey.random(version);
      const other = FilenKey.random(version);
      const again = new FilenKey(key.text, version);
      assert.equal(again.openText(key.sealText(text)), text);
      assert.equal(other.openText(key.sealText(text)), undefined);
      assert.deepEqual(again.openBytes(key.sealBytes(bytes)), Buffer.from(bytes));
      assert.equal(other.openBytes(key.sealBytes(bytes)), undefined);
    }),
  );
});

test('FilenKey.openText() gives nothing for texts that are no seals', () => {
  fc.assert(
    fc.property(versions, fc.constantFrom('', '002', '003', '001'), fc.string(), (version, start, rest) => {
      assert.equal(FilenKey.random(version).openText(start + rest), undefined);
    }),
  );
});

test('FilenKey.openText() reads a seal that was calculated apart from it', () => {
  // PBKDF2-HMAC-SHA512 of the key with itself, one round, 32 bytes; then AES-256-GCM with the nonce `abcdefghijkl`.
  const key = new FilenKey('0123456789abcdef0123456789abcdef', 2);
  assert.equal(key.openText(SEALED), '{"name":"x"}');
});

test('deriveSecrets() gives what a client of Filen calculates, for both kinds of accounts', async () => {
  const second = await deriveSecrets('pässword', { authVersion: 2, salt: 'a salt' });
  assert.equal(second.key.text, '88d661e245e6f7f2011ef059a9842a498a11eb7271b0a955459b1d073607c38d');
  assert.match(second.password, /^642edb80e9c77b04[0-9a-f]+5789ff812$/);
  const third = await deriveSecrets('pässword', { authVersion: 3, salt: 'cd'.repeat(128) });
  assert.equal(third.key.text, '27c2dc688b16e7376637d5b8deada8172c9d39c81dc3f5df39ac29a0429e503c');
  assert.equal(third.password, '7084d61dc7c284e84c10478c4c6511cf3fe16869bfc73aa450e4e6d61a464e60');
  await assert.rejects(deriveSecrets('x', { authVersion: 1, salt: '' }), { code: 'destination-refused' });
});

test('plainNameHash() and keyedNameHash() give what a client of Filen calculates', () => {
  assert.equal(plainNameHash('Søren.ZIP'), '565ecdca090903c6cf4e4cbac8d2f382d0b11ea2');
  const hash = keyedNameHash(Buffer.from('any private key in DER').toString('base64'));
  assert.equal(hash('Søren.ZIP'), '947a819f79f4f350fac08214a4f507a8dc14a59020176d2cc93d23ec443e3210');
});

test('FilenKey opens what a client of Filen sealed', () => {
  const key = new FilenKey('0123456789abcdef0123456789abcdef', 2);
  assert.equal(key.openText('002G6aiQZOz0tWSplUW+U7UZBnBIuoNuUqfE143PSlg6hEvjl6zxg=='), '{"name":"x"}');
  const sealed = Buffer.from('Sjh0UDNxRnJzQnFpOt/mCNSA4w5VasjyBPy37jk5RHdoLtN3evc=', 'base64');
  assert.equal(String(key.openBytes(sealed)), 'some bytes');
  const hexadecimal = new FilenKey('00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', 3);
  const older = '002JC4f6rEBGPiRYV+C5HI1EXeNTSmzxFCpSqGNakHXMdx9a7tSIg==';
  assert.equal(hexadecimal.openText(older), '{"name":"x"}');
});

/** By Python's hashlib.pbkdf2_hmac and the AESGCM of its package cryptography. */
const SEALED = '002abcdefghijkloqbPtHv0lZLylvNzMp5GZoawv40nMT6jgScs5A==';
