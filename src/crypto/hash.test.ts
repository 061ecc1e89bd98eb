import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { createHasher, HASH_ALGORITHMS, hashBytes, hashSizeBytes, parseHashAlgorithm } from './hash.ts';

// The published digests of "abc" (RFC 1321, FIPS 180-4).
const DIGESTS_OF_ABC = {
  MD5: '900150983cd24fb0d6963f7d28e17f72',
  SHA1: 'a9993e364706816aba3e25717850c26c9cd0d89d',
  SHA256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  SHA384: 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  SHA512:
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
};

for (const algorithm of HASH_ALGORITHMS) {
  test(`hashBytes() gives the published ${algorithm} of "abc", as long as hashSizeBytes() says`, () => {
    const hash = hashBytes(algorithm, Buffer.from('abc'));
    assert.equal(hash.toString('hex'), DIGESTS_OF_ABC[algorithm]);
    assert.equal(hash.length, hashSizeBytes(algorithm));
  });
}

test('createHasher() gives what hashBytes() gives, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...HASH_ALGORITHMS),
      fc.array(fc.uint8Array({ maxLength: 100 })),
      (algorithm, pieces) => {
        const hasher = createHasher(algorithm);
        for (const piece of pieces) hasher.update(piece);
        assert.deepEqual(hasher.digest(), hashBytes(algorithm, Buffer.concat(pieces)));
      },
    ),
  );
});

test('parseHashAlgorithm() takes the five names in any case and nothing else', () => {
  assert.equal(parseHashAlgorithm('sha256'), 'SHA256');
  assert.equal(parseHashAlgorithm('Md5'), 'MD5');
  for (const text of ['', 'SHA-256', 'SHA224', ' SHA256', 'toString']) {
    assert.equal(parseHashAlgorithm(text), undefined);
  }
});
