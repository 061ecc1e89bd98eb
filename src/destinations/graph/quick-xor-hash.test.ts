import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { QuickXorHash } from './quick-xor-hash.ts';

function hashOf(...pieces: readonly Uint8Array[]): string {
  const hash = new QuickXorHash();
  for (const piece of pieces) hash.update(piece);
  return hash.digest().toString('base64');
}

/** The definition, bit by bit. */
function slowHash(bytes: Uint8Array): string {
  let ring = 0n;
  bytes.forEach((byte, index) => {
    const shift = BigInt((index * 11) % 160);
    ring ^= BigInt(byte) << shift;
    // What leaves at the top comes in at the bottom.
    ring = (ring & ((1n << 160n) - 1n)) ^ (ring >> 160n);
  });
  ring ^= BigInt(bytes.length) << 96n;
  const hex = ring.toString(16).padStart(40, '0');
  return Buffer.from(hex, 'hex').reverse().toString('base64');
}

test('QuickXorHash gives the known checksums', () => {
  assert.equal(hashOf(), 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=');
  assert.equal(hashOf(Buffer.from('Sg==', 'base64')), 'SgAAAAAAAAAAAAAAAQAAAAAAAAA=');
  assert.equal(hashOf(Buffer.from('tbQ=', 'base64')), 'taAFAAAAAAAAAAAAAgAAAAAAAAA=');
});

test('QuickXorHash is its definition, however the bytes come', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), fc.nat(700), (bytes, cut) => {
      assert.equal(hashOf(bytes.subarray(0, cut), bytes.subarray(cut)), slowHash(bytes));
    }),
  );
});
