import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FormatError } from '../base/index.ts';
import { listEntryName, parseDindexEntryName, volEntryName } from './dindex.ts';
import { scanDindexVolume } from './dindex-scan.ts';
import { parseDindexVolume, writeDindexVolume } from './dindex-volume.ts';
import { type BlockReference, eachBlock } from './packed-blocks.ts';

const hashes = (sizeBytes: number) => fc.uint8Array({ minLength: sizeBytes, maxLength: sizeBytes });
const proofs = fc.option(fc.record({ hash: hashes(32), sizeBytes: fc.nat({ max: 2 ** 31 }) }), {
  nil: undefined,
});
const blocks = (hashSizeBytes: number) =>
  fc.array(fc.record({ hash: hashes(hashSizeBytes), sizeBytes: fc.nat({ max: 2 ** 32 - 1 }) }));

function plain(parsed: ReturnType<typeof parseDindexVolume>): unknown {
  return {
    blocks: [...eachBlock(parsed.blocks)].map(({ hash, sizeBytes }) => [Buffer.from(hash), sizeBytes]),
    proof: parsed.proof && [Buffer.from(parsed.proof.hash), parsed.proof.sizeBytes],
  };
}

test('writeDindexVolume() writes the form of Duplicati', () => {
  const block: BlockReference = { hash: Buffer.from('ffff', 'hex'), sizeBytes: 7 };
  const proof = { hash: Buffer.from('00', 'hex'), sizeBytes: 9 };
  assert.equal(
    writeDindexVolume([block, block], proof).toString(),
    '{"blocks":[{"hash":"//8=","size":7},{"hash":"//8=","size":7}],"volumehash":"AA==","volumesize":9}',
  );
  assert.equal(writeDindexVolume([]).toString(), '{"blocks":[]}');
});

for (const hashSizeBytes of [16, 20, 32, 48, 64]) {
  test(`parseDindexVolume() gives back what writeDindexVolume() wrote with hashes of ${hashSizeBytes} bytes, fast or slow`, () => {
    fc.assert(
      fc.property(blocks(hashSizeBytes), proofs, (references, proof) => {
        const bytes = writeDindexVolume(references, proof);
        const expected = {
          blocks: references.map(({ hash, sizeBytes }) => [Buffer.from(hash), sizeBytes]),
          proof: proof && [Buffer.from(proof.hash), proof.sizeBytes],
        };
        const scanned = scanDindexVolume(bytes, hashSizeBytes);
        assert.ok(scanned !== undefined);
        assert.deepEqual(plain(scanned), expected);
        const spaced = Buffer.from(JSON.stringify(JSON.parse(bytes.toString()), null, 1));
        assert.equal(scanDindexVolume(spaced, hashSizeBytes), undefined);
        assert.deepEqual(plain(parseDindexVolume(spaced, hashSizeBytes, 'x')), expected);
        assert.deepEqual(writeDindexVolume(eachBlock(scanned.blocks), scanned.proof), bytes);
      }),
      { numRuns: 30 },
    );
  });
}

test('parseDindexVolume() takes a byte order mark, escapes, other orders and null hashes', () => {
  const text =
    '\ufeff{"volumesize":1,"x":[],"volumehash":null,"blocks":[{"size":3,"y":0,"hash":"\\/\\/\\u002f\\/"}]}';
  const volume = parseDindexVolume(Buffer.from(text), 3, 'x');
  assert.deepEqual([...eachBlock(volume.blocks)], [{ hash: Buffer.from('ffffff', 'hex'), sizeBytes: 3 }]);
  assert.equal(volume.proof, undefined);
});

test('parseDindexVolume() refuses wrong hashes, wrong sizes and text after the end', () => {
  const wrong = [
    '{"blocks":[{"hash":"AAAA","size":1}]}',
    '{"blocks":[{"hash":"AA=A","size":1}]}',
    '{"blocks":[{"hash":"A?==","size":1}]}',
    '{"blocks":[{"hash":"AA==","size":-1}]}',
    '{"blocks":[{"hash":"AA==","size":01}]}',
    '{"blocks":[{"hash":"AA==","size":1.5}]}',
    '{"blocks":[{"hash":"AA==","size":4294967296}]}',
    '{"blocks":[{"hash":"AA==","size":1},]}',
    '{"blocks":[{"hash":"AA==","size":1}]} x',
    `{"blocks":[{"hash":"AA==","size":1}]}${'}'.repeat(400)}`,
    '{"blocks":[],"volumehash":"AA==","volumesize":-1}',
    '{"blocks":[],"volumehash":"A===","volumesize":1}',
    '{"blocks":{}}',
    '[]',
    '',
  ];
  for (const text of wrong) {
    assert.throws(() => parseDindexVolume(Buffer.from(text), 1, 'x.dindex.zip'), FormatError, text);
  }
});

test('parseDindexVolume() parses arbitrary bytes, or throws a FormatError, and never reads a change wrongly', () => {
  const good = writeDindexVolume([{ hash: Buffer.from('abc'), sizeBytes: 12 }], {
    hash: Buffer.from('xyz'),
    sizeBytes: 34,
  });
  fc.assert(
    fc.property(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
      const changed = Buffer.from(good);
      changed[at] = byte;
      const scanned = scanDindexVolume(changed, 3);
      if (scanned !== undefined)
        assert.deepEqual(writeDindexVolume(eachBlock(scanned.blocks), scanned.proof), changed);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.throws(() => parseDindexVolume(bytes, 32, 'x'), FormatError);
    }),
  );
});

test('parseDindexEntryName() gives back the names of volumes and lists, with either separator', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (hash) => {
      const expected = { kind: 'list', hash: Buffer.from(hash) } as const;
      assert.deepEqual(parseDindexEntryName(listEntryName(hash)), expected);
      assert.deepEqual(parseDindexEntryName(listEntryName(hash).replace('/', '\\')), expected);
    }),
  );
  const vol = { kind: 'vol', volumeName: 'x-b00.dblock.zip' } as const;
  assert.deepEqual(parseDindexEntryName(volEntryName(vol.volumeName)), vol);
  assert.deepEqual(parseDindexEntryName(`vol\\${vol.volumeName}`), vol);
  for (const name of ['manifest', 'vol/', 'list/x', 'list/+/==', 'other/AAAA', 'xvol/a']) {
    assert.equal(parseDindexEntryName(name), undefined, name);
  }
});
