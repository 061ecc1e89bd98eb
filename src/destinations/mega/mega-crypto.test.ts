import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { plainSecrets } from './login-secrets.ts';
import { MegaChecksum } from './mega-checksum.ts';
import {
  fileCipher,
  joinFileKey,
  openAttributes,
  openBlocks,
  sealAttributes,
  sealBlocks,
  splitFileKey,
} from './mega-key.ts';
import { oneTimeCode } from './one-time-code.ts';

const KEY = {
  key: Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'),
  nonce: Buffer.from('1011121314151617', 'hex'),
};

const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));

function pattern(sizeBytes: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 7 + (index >> 8)) & 255));
}

test('MegaChecksum gives what megajs calculates, whatever the pieces are', () => {
  for (const [sizeBytes, expected] of [
    [0, '53429a33ca62558c'],
    [1, 'ca0ad35a0e5ee8b0'],
    [16, 'a5401193f3b73edf'],
    [100, '52d2f8e10e168d83'],
    [131_073, '5754211a8f2d100b'],
    [500_000, '8e03873089d0a504'],
    [6_000_001, '752c657025d0fd26'],
  ] as const) {
    const bytes = pattern(sizeBytes);
    for (const pieceBytes of [13_007, 16 * 4096, sizeBytes + 1]) {
      const checksum = new MegaChecksum(KEY);
      for (let at = 0; at < sizeBytes; at += pieceBytes) checksum.update(bytes.subarray(at, at + pieceBytes));
      assert.equal(checksum.digest().toString('hex'), expected, `${sizeBytes} in ${pieceBytes}`);
    }
  }
});

test('fileCipher() begins anywhere in a file, and gives what megajs calculates', () => {
  assert.equal(
    fileCipher(KEY)(Buffer.alloc(40)).toString('hex'),
    '8de6d8c0dd5bcc98df463acae0f52a759f34c3a0e93807bfbfad42ca76154a2b183b98f7d807cbe8',
  );
  const later = fileCipher(KEY, 16 * 70_000)(Buffer.alloc(20)).toString('hex');
  assert.equal(later, '3696551f238ad60ce617f766f704e6a45d8b176d');
  fc.assert(
    fc.property(fc.nat(500), fc.uint8Array({ minLength: 501, maxLength: 900 }), (offset, bytes) => {
      const sealed = fileCipher(KEY)(bytes).subarray(offset);
      assert.deepEqual(fileCipher(KEY, offset)(sealed), Buffer.from(bytes.subarray(offset)));
    }),
  );
});

test('plainSecrets() gives what megajs calculates for accounts of version 1', () => {
  for (const [password, key, proof] of [
    ['short', '5a2d5e01dbf15a0abea32e5b93dab913', 'UD_093TlCZQ'],
    ['a password of more than sixteen bytes: ü', 'e0ec3a595b79b777b1350dff4acbb912', 'JmS8aKSLnbk'],
  ] as const) {
    const secrets = plainSecrets(password, 'me@example.org');
    assert.deepEqual([secrets.key.toString('hex'), secrets.proof], [key, proof]);
  }
});

test('splitFileKey() takes apart what joinFileKey() joined', () => {
  fc.assert(
    fc.property(bytes16, bytes16, (key, rest) => {
      const parts = { key, nonce: rest.subarray(0, 8), checksum: rest.subarray(8) };
      assert.deepEqual(splitFileKey(joinFileKey(parts)), parts);
    }),
  );
});

test('openAttributes() reads what sealAttributes() wrote, and nothing from another key', () => {
  fc.assert(
    fc.property(bytes16, fc.string({ unit: 'grapheme' }), (key, name) => {
      const sealed = sealAttributes(key, { n: name });
      assert.deepEqual(JSON.parse(openAttributes(key, sealed) ?? ''), { n: name });
      assert.equal(openAttributes(randomBytes(16), sealed), undefined);
    }),
  );
  fc.assert(fc.property(bytes16, fc.string(), (key, text) => void openAttributes(key, text)));
});

test('openBlocks() opens what sealBlocks() sealed', () => {
  fc.assert(
    fc.property(bytes16, bytes16, bytes16, (key, left, right) => {
      const blocks = Buffer.concat([left, right]);
      assert.deepEqual(openBlocks(key, sealBlocks(key, blocks)), blocks);
    }),
  );
});

test('oneTimeCode() gives the codes of RFC 6238, and reads secrets with spaces', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  assert.equal(oneTimeCode(secret, 59_000), '287082');
  assert.equal(oneTimeCode(secret, 1_111_111_109_000), '081804');
  assert.equal(oneTimeCode(secret, 20_000_000_000_000), '353130');
  assert.equal(oneTimeCode('gezd gnbv gy3t qojq gezd gnbv gy3t qojq', 59_000), '287082');
});
