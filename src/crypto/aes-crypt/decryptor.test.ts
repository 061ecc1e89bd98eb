import assert from 'node:assert/strict';
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { FormatError } from '../../base/index.ts';
import { PasswordError } from '../password-error.ts';
import { createAesCryptDecryptor } from './decryptor.ts';
import { createAesCryptEncryptor } from './encryptor.ts';
import { deriveChainedKey } from './key-derivation.ts';
import type { PaddingCheck } from './trailer.ts';

const PASSPHRASE = 'open sesame';
const TEXT = 'twenty-one characters';
const TRAILER_BYTES = 33;

function encrypt(text: string, version: 2 | 3 = 2, minimalHeader = true): Buffer {
  const encryptor = createAesCryptEncryptor({
    passphrase: PASSPHRASE,
    version,
    iterations: 2,
    minimalHeader,
  });
  return Buffer.concat([encryptor.update(Buffer.from(text)), encryptor.final()]);
}

function decrypt(file: Uint8Array, passphrase = PASSPHRASE, padding: PaddingCheck = 'strict'): string {
  const decryptor = createAesCryptDecryptor({ passphrase, padding });
  return Buffer.concat([decryptor.update(file), decryptor.final()]).toString();
}

function withByte(file: Buffer, offset: number, change: (byte: number) => number): Buffer {
  const changed = Buffer.from(file);
  changed.writeUInt8(change(changed.readUInt8(offset)), offset);
  return changed;
}

const flipLowest = (byte: number) => byte ^ 1;
const hmacOf = (key: Buffer, message: Buffer) => createHmac('sha256', key).update(message).digest();

function encryptCbc(key: Buffer, iv: Buffer, padded: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(padded), cipher.final()]);
}

interface HandMade {
  readonly version: 0 | 1 | 2;
  readonly extensions?: Buffer;
  readonly padded: Buffer;
  readonly remainder: number;
}

/** A file put together by the description of the format, with a fill and a remainder of choice. */
function makeFile({ version, extensions = Buffer.alloc(0), padded, remainder }: HandMade): Buffer {
  const publicIv = randomBytes(16);
  const outerKey = deriveChainedKey(PASSPHRASE, publicIv);
  if (version === 0) {
    const ciphertext = encryptCbc(outerKey, publicIv, padded);
    const start = Buffer.from([0x41, 0x45, 0x53, 0, remainder]);
    return Buffer.concat([start, publicIv, ciphertext, hmacOf(outerKey, ciphertext)]);
  }
  const [iv, key] = [randomBytes(16), randomBytes(32)];
  const sealed = encryptCbc(outerKey, publicIv, Buffer.concat([iv, key]));
  const ciphertext = encryptCbc(key, iv, padded);
  return Buffer.concat([
    Buffer.from([0x41, 0x45, 0x53, version, 0]),
    version === 2 ? Buffer.concat([extensions, Buffer.from([0, 0])]) : Buffer.alloc(0),
    ...[publicIv, sealed, hmacOf(outerKey, sealed), ciphertext],
    ...[Buffer.from([remainder]), hmacOf(key, ciphertext)],
  ]);
}

const filledText = (byte: number) => Buffer.concat([Buffer.from(TEXT), Buffer.alloc(11, byte)]);

test('createAesCryptDecryptor() reads versions 0 and 1 whatever the fill of the last block', () => {
  for (const version of [0, 1] as const) {
    const padded = Buffer.concat([Buffer.from(TEXT), randomBytes(11)]);
    assert.equal(decrypt(makeFile({ version, padded, remainder: 5 })), TEXT);
    assert.equal(decrypt(makeFile({ version, padded: Buffer.alloc(0), remainder: 0 })), '');
  }
});

test('createAesCryptDecryptor() skips the default extensions and unknown ones', () => {
  assert.equal(decrypt(encrypt(TEXT, 2, false)), TEXT);
  assert.equal(decrypt(encrypt(TEXT, 3, false)), TEXT);
  const longest = Buffer.concat([Buffer.from([0xff, 0xff, 0]), randomBytes(0xfffe)]);
  const extensions = Buffer.concat([Buffer.from([0, 3, 0x78, 0, 0x79]), longest]);
  assert.equal(decrypt(makeFile({ version: 2, extensions, padded: filledText(11), remainder: 5 })), TEXT);
});

test('createAesCryptDecryptor() refuses an extension without a zero byte behind its name', () => {
  const extensions = Buffer.from([0, 3, 0x78, 0x79, 0x7a]);
  const file = makeFile({ version: 2, extensions, padded: filledText(11), remainder: 5 });
  assert.throws(() => decrypt(file), { code: 'volume-corrupt' });
});

test('createAesCryptDecryptor() names a wrong passphrase, in every version', () => {
  const files = [
    encrypt(TEXT, 2),
    encrypt(TEXT, 3),
    makeFile({ version: 1, padded: filledText(0), remainder: 5 }),
    makeFile({ version: 0, padded: filledText(0), remainder: 5 }),
  ];
  for (const file of files) {
    assert.throws(
      () => decrypt(file, 'open barley'),
      (error) =>
        error instanceof PasswordError &&
        error.code === 'wrong-passphrase' &&
        !error.message.includes('barley'),
    );
    assert.throws(() => decrypt(file, ''), PasswordError);
  }
});

test('createAesCryptDecryptor() refuses a header with a changed IV, key or checksum', () => {
  for (const offset of [7, 22, 23, 70, 71, 102]) {
    assert.throws(() => decrypt(withByte(encrypt(TEXT), offset, flipLowest)), PasswordError);
  }
});

test('createAesCryptDecryptor() refuses a flipped bit anywhere in the content and its checksum', () => {
  for (const version of [2, 3] as const) {
    const file = encrypt(TEXT, version);
    const contentAt = version === 2 ? 103 : 107;
    for (let offset = contentAt; offset < file.length; offset++) {
      if (version === 2 && offset === file.length - TRAILER_BYTES) continue;
      assert.throws(() => decrypt(withByte(file, offset, flipLowest)), { code: 'volume-corrupt' });
    }
  }
});

test("createAesCryptDecryptor() with integrity 'ignore' gives what is left of damaged content", () => {
  const blockBytes = 16;
  const text = TEXT.repeat(10);
  for (const version of [2, 3] as const) {
    const file = encrypt(text, version);
    const contentAt = version === 2 ? 103 : 107;
    for (const damagedBlock of [0, 5, 12]) {
      const decryptor = createAesCryptDecryptor({ passphrase: PASSPHRASE, integrity: 'ignore' });
      const damaged = withByte(file, contentAt + damagedBlock * blockBytes, flipLowest);
      const given = Buffer.concat([decryptor.update(damaged), decryptor.final()]).toString('latin1');
      // A damaged block spoils itself and one bit of the next.
      const start = damagedBlock * blockBytes;
      assert.equal(given.slice(0, start), text.slice(0, start));
      assert.equal(given.slice(start + 2 * blockBytes), text.slice(start + 2 * blockBytes));
    }
  }
});

test('createAesCryptDecryptor() refuses a start that is not that of a known version', () => {
  const file = encrypt(TEXT);
  assert.throws(() => decrypt(withByte(file, 0, flipLowest)), { code: 'volume-corrupt' });
  assert.throws(() => decrypt(withByte(file, 3, () => 4)), { code: 'volume-unsupported' });
  assert.throws(() => decrypt(withByte(file, 4, () => 1)), { code: 'volume-corrupt' });
});

test('createAesCryptDecryptor() refuses a last block of 16 or more bytes, and one that is not there', () => {
  for (const remainder of [16, 17, 255]) {
    const file = withByte(encrypt(TEXT), encrypt(TEXT).length - TRAILER_BYTES, () => remainder);
    assert.throws(() => decrypt(file), { code: 'volume-corrupt' });
    const old = makeFile({ version: 0, padded: filledText(0), remainder });
    assert.throws(() => decrypt(old), { code: 'volume-corrupt' });
  }
  const empty = makeFile({ version: 2, padded: Buffer.alloc(0), remainder: 3 });
  assert.throws(() => decrypt(empty), { code: 'volume-corrupt' });
});

test('createAesCryptDecryptor() refuses another fill of the last block unless any is allowed', () => {
  const file = makeFile({ version: 2, padded: filledText(7), remainder: 5 });
  assert.throws(() => decrypt(file), { code: 'volume-corrupt' });
  assert.equal(decrypt(file, PASSPHRASE, 'any'), TEXT);
});

test('createAesCryptDecryptor() refuses 0 and absurd numbers of iterations before deriving a key', () => {
  for (const iterations of [0, 5_000_001, 0xffffffff]) {
    const file = encrypt(TEXT, 3);
    file.writeUInt32BE(iterations, 7);
    assert.throws(() => decrypt(file), { code: 'volume-corrupt' });
  }
});

test('createAesCryptDecryptor() notices a file cut short at any byte', () => {
  const file = encrypt(TEXT.repeat(3));
  for (let length = 0; length < file.length; length++) {
    // A cut at a whole block looks like a shorter file whose checksum is wrong.
    assert.throws(() => decrypt(file.subarray(0, length)), { code: /^volume-(truncated|corrupt)$/ });
  }
  assert.throws(() => decrypt(file.subarray(0, 60)), { code: 'volume-truncated' });
  assert.throws(() => decrypt(file.subarray(0, file.length - 1)), { code: 'volume-truncated' });
});

test('createAesCryptDecryptor() reads any bytes or throws a FormatError or PasswordError', () => {
  const startOfFile = fc.constantFrom(...[0, 1, 2, 3].map((version) => [0x41, 0x45, 0x53, version, 0]));
  const anything = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(fc.option(startOfFile), anything, (start, rest) => {
      // Zeros for the iterations: a random number of them would take minutes.
      const file = Buffer.concat([Buffer.from(start ?? []), Buffer.alloc(start?.[3] === 3 ? 6 : 0), rest]);
      try {
        decrypt(file);
      } catch (error) {
        assert.ok(error instanceof FormatError || error instanceof PasswordError, String(error));
      }
    }),
  );
});
