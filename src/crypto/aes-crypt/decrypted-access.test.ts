import assert from 'node:assert/strict';
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { accessBytes, FormatError } from '../../base/index.ts';
import { PasswordError } from '../password-error.ts';
import { accessAesCrypt } from './decrypted-access.ts';
import { createAesCryptEncryptor } from './encryptor.ts';
import { deriveChainedKey } from './key-derivation.ts';
import { HMAC_BYTES } from './layout.ts';

const PASSPHRASE = 'open sesame';
/** More than what is decrypted at a time and kept. */
const LARGE_BYTES = 700_001;

function encrypt(content: Uint8Array, version: 2 | 3 = 2): Buffer {
  const encryptor = createAesCryptEncryptor({ passphrase: PASSPHRASE, version, iterations: 2 });
  return Buffer.concat([encryptor.update(content), encryptor.final()]);
}

function open(file: Uint8Array, passphrase = PASSPHRASE) {
  return accessAesCrypt(accessBytes(file), { passphrase });
}

test('accessAesCrypt() reads any range, in any order, as it was encrypted', () => {
  const content = randomBytes(LARGE_BYTES);
  const file = encrypt(content);
  const range = fc.tuple(fc.nat(LARGE_BYTES), fc.oneof(fc.nat(100), fc.nat(LARGE_BYTES)));
  fc.assert(
    fc.property(fc.array(range), (ranges) => {
      const access = open(file);
      for (const [offset, length] of ranges) {
        const end = Math.min(LARGE_BYTES, offset + length);
        assert.ok(content.subarray(offset, end).equals(access.read(offset, end - offset)));
      }
    }),
    { numRuns: 30 },
  );
});

test('accessAesCrypt() reads ranges that follow each other, with and without gaps and overlaps', () => {
  const content = randomBytes(LARGE_BYTES);
  const file = encrypt(content, 3);
  const step = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat(40_000));
  fc.assert(
    fc.property(fc.array(step, { minLength: 20 }), (steps) => {
      const access = open(file);
      let offset = 0;
      for (const [gap, length] of steps) {
        const start = Math.max(0, Math.min(LARGE_BYTES, offset + gap));
        const end = Math.min(LARGE_BYTES, start + length);
        assert.ok(content.subarray(start, end).equals(access.read(start, end - start)));
        offset = end;
      }
    }),
    { numRuns: 30 },
  );
});

test('accessAesCrypt() knows the length of the content', () => {
  for (let sizeBytes = 0; sizeBytes <= 33; sizeBytes++) {
    const content = randomBytes(sizeBytes);
    for (const version of [2, 3] as const) {
      const access = open(encrypt(content, version));
      assert.equal(access.sizeBytes, sizeBytes);
      assert.deepEqual(Buffer.from(access.read(0, sizeBytes)), content);
      assert.throws(() => access.read(0, sizeBytes + 1), FormatError);
    }
  }
});

test('accessAesCrypt() refuses a wrong passphrase', () => {
  assert.throws(() => open(encrypt(Buffer.from('content')), 'another'), PasswordError);
});

test('accessAesCrypt() refuses a file whose end is missing, or what stands in its last block', () => {
  const file = encrypt(randomBytes(1000), 3);
  for (let length = 0; length < file.length; length++) {
    if (length % 16 !== file.length % 16 || length < 300)
      assert.throws(() => open(file.subarray(0, length)), FormatError);
  }
  const changed = Buffer.from(file);
  // The block before the last one decides about the fill of the last one.
  const offset = file.length - HMAC_BYTES - 17;
  changed.writeUInt8(changed.readUInt8(offset) ^ 1, offset);
  assert.throws(() => open(changed), FormatError);
});

test('accessAesCrypt() reads around a changed byte: what it spoils is two blocks of the cipher', () => {
  const content = randomBytes(1000);
  const file = encrypt(content, 3);
  const ciphertextStart = file.length - HMAC_BYTES - 1008;
  fc.assert(
    fc.property(fc.nat(900), fc.integer({ min: 1, max: 255 }), (place, change) => {
      const changed = Buffer.from(file);
      const offset = ciphertextStart + place;
      changed.writeUInt8(changed.readUInt8(offset) ^ change, offset);
      const read = Buffer.from(open(changed).read(0, content.length));
      const spoiled = place - (place % 16);
      assert.ok(read.subarray(0, spoiled).equals(content.subarray(0, spoiled)));
      assert.ok(!read.equals(content));
      assert.ok(read.subarray(spoiled + 32).equals(content.subarray(spoiled + 32)));
    }),
  );
});

test('accessAesCrypt() verifies the checksum of version 0, which alone shows a wrong passphrase', () => {
  const iv = randomBytes(16);
  const key = deriveChainedKey(PASSPHRASE, iv);
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  const ciphertext = Buffer.concat([
    cipher.update(Buffer.from('sixteen and more'.repeat(2))),
    cipher.final(),
  ]);
  const start = Buffer.from([0x41, 0x45, 0x53, 0, 0]);
  const hmac = createHmac('sha256', key).update(ciphertext).digest();
  const file = Buffer.concat([start, iv, ciphertext, hmac]);
  assert.equal(Buffer.from(open(file).read(0, 16)).toString(), 'sixteen and more');
  assert.throws(() => open(file, 'another'), PasswordError);
});
