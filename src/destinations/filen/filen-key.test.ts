import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FilenKey } from './filen-key.ts';

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

/** By Python's hashlib.pbkdf2_hmac and the AESGCM of its package cryptography. */
const SEALED = '002abcdefghijkloqbPtHv0lZLylvNzMp5GZoawv40nMT6jgScs5A==';
