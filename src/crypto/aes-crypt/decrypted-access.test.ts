import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { accessBytes, FormatError } from '../../base/index.ts';
import { PasswordError } from '../password-error.ts';
import { accessAesCrypt } from './decrypted-access.ts';
import { createAesCryptEncryptor } from './encryptor.ts';

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

test('accessAesCrypt() refuses a file whose content or checksum was changed, or whose end is missing', () => {
  const file = encrypt(randomBytes(1000), 3);
  fc.assert(
    fc.property(fc.nat(999), fc.integer({ min: 1, max: 255 }), (fromEnd, change) => {
      const changed = Buffer.from(file);
      const offset = file.length - 1 - fromEnd;
      changed.writeUInt8(changed.readUInt8(offset) ^ change, offset);
      assert.throws(() => open(changed), FormatError);
    }),
  );
  for (let length = 0; length < file.length; length++) {
    assert.throws(() => open(file.subarray(0, length)), FormatError);
  }
});
