import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { ByteTransform } from '../../base/index.ts';
import { createAesCryptDecryptor } from './decryptor.ts';
import { createAesCryptEncryptor } from './encryptor.ts';

const PASSPHRASE = 'correct horse';
const anyVersion = fc.constantFrom(2 as const, 3 as const);
/** Where to cut a stream, as parts of its length. */
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

function encryptor(version: 2 | 3, passphrase = PASSPHRASE, minimalHeader = false): ByteTransform {
  return createAesCryptEncryptor({ passphrase, version, iterations: 2, minimalHeader });
}

function transformWhole(transform: ByteTransform, bytes: Uint8Array): Buffer {
  return Buffer.concat([transform.update(bytes), transform.final()]);
}

/** Copies every result at once and overwrites every input, as a caller that reuses its buffers does. */
function transformInPieces(transform: ByteTransform, bytes: Uint8Array, parts: readonly number[]): Buffer {
  const places = parts.map((part) => Math.floor(part * bytes.length)).sort((a, b) => a - b);
  const results: Buffer[] = [];
  let from = 0;
  for (const to of [...places, bytes.length]) {
    const piece = Uint8Array.from(bytes.subarray(from, to));
    results.push(Buffer.from(transform.update(piece)));
    piece.fill(0xee);
    from = to;
  }
  results.push(Buffer.from(transform.final()));
  return Buffer.concat(results);
}

for (const version of [2, 3] as const) {
  for (const length of [0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 49, 50, 64, 1000]) {
    test(`createAesCryptDecryptor() gives back ${length} bytes encrypted as version ${version}`, () => {
      const plaintext = Buffer.from(Array.from({ length }, (_, index) => index & 0xff));
      const file = transformWhole(encryptor(version), plaintext);
      assert.deepEqual(transformWhole(createAesCryptDecryptor({ passphrase: PASSPHRASE }), file), plaintext);
    });
  }
}

test('createAesCryptEncryptor() adds a block of fill at multiples of 16 in version 3, none in version 2', () => {
  const size = (version: 2 | 3, length: number) =>
    transformWhole(encryptor(version, PASSPHRASE, true), Buffer.alloc(length)).length;
  assert.equal(size(2, 0), 136);
  assert.equal(size(2, 16), 136 + 16);
  assert.equal(size(2, 17), 136 + 32);
  assert.equal(size(3, 0), 136 - 1 + 4 + 16);
  assert.equal(size(3, 16), 136 - 1 + 4 + 32);
});

test('createAesCryptDecryptor() gives back what was encrypted, however both streams are cut', () => {
  fc.assert(
    fc.property(
      anyVersion,
      fc.uint8Array({ maxLength: 300 }),
      cuts,
      cuts,
      (version, plaintext, here, there) => {
        const file = transformInPieces(encryptor(version), plaintext, here);
        const decryptor = createAesCryptDecryptor({ passphrase: PASSPHRASE });
        assert.deepEqual(transformInPieces(decryptor, file, there), Buffer.from(plaintext));
      },
    ),
  );
});

test('createAesCryptDecryptor() gives back what was encrypted when the stream comes byte by byte', () => {
  const plaintext = Buffer.from('sixteen and some more bytes, to see three blocks');
  for (const version of [2, 3] as const) {
    const file = transformWhole(encryptor(version), plaintext);
    const decryptor = createAesCryptDecryptor({ passphrase: PASSPHRASE });
    const parts = Array.from(file, (_, index) => index / file.length);
    assert.deepEqual(transformInPieces(decryptor, file, parts), plaintext);
  }
});

test('createAesCryptDecryptor() gives back what was encrypted under any passphrase', () => {
  const passphrase = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom('\u{1f511}\u{10ffff}', 'pass\u0000word', '\ufeffx'),
  );
  fc.assert(
    fc.property(anyVersion, passphrase, (version, phrase) => {
      fc.pre(!/^\p{White_Space}*$/u.test(phrase));
      const file = transformWhole(encryptor(version, phrase), Buffer.from('content'));
      const decryptor = createAesCryptDecryptor({ passphrase: phrase });
      assert.equal(transformWhole(decryptor, file).toString(), 'content');
    }),
    { numRuns: 30 },
  );
});

test('createAesCryptEncryptor() never makes the same file twice', () => {
  const files = [1, 2].map(() => transformWhole(encryptor(2), Buffer.from('same')).toString('hex'));
  assert.notEqual(files[0], files[1]);
});

test('createAesCryptEncryptor() names its maker in the header unless a minimal header is asked for', () => {
  const named = transformWhole(encryptor(2), Buffer.alloc(0));
  assert.equal(named.subarray(5, 25).toString('latin1'), '\u0000\u0011CREATED_BY\u0000ashlar\u0000');
  assert.deepEqual(named.subarray(24, 28), Buffer.from([0, 128, 0, 0]));
  const minimal = transformWhole(encryptor(2, PASSPHRASE, true), Buffer.alloc(0));
  assert.deepEqual(minimal.subarray(0, 7), Buffer.from([0x41, 0x45, 0x53, 2, 0, 0, 0]));
});

test('createAesCryptEncryptor() refuses a blank passphrase and impossible iterations', () => {
  const make = (passphrase: string, iterations: number) => () =>
    createAesCryptEncryptor({ passphrase, version: 3, iterations });
  assert.throws(make(' \t', 1), { code: 'empty-passphrase', name: 'PasswordError' });
  for (const iterations of [0, -1, 1.5, Number.NaN, 5_000_001]) {
    assert.throws(make('x', iterations), { code: 'iterations-out-of-range' });
  }
});
