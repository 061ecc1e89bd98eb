import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesAt, hasBytes, randomFile, withContent } from './random-file.ts';

const BOUNDS = { minSizeBytes: 0, maxSizeBytes: 600_000, minNameLength: 3, maxNameLength: 5 };

test('randomFile() keeps the bounds and gives the same bytes each time', async () => {
  for (let count = 0; count < 20; count++) {
    const file = randomFile('x-', BOUNDS);
    assert.match(file.name, /^x-[\w-]{3,5}$/);
    assert.ok(file.sizeBytes <= BOUNDS.maxSizeBytes);
    assert.ok(await hasBytes(file, file.open()));
  }
});

test('hasBytes() notices bytes that differ, are missing, or are too many', async () => {
  const file = withContent('x', 300_000);
  const pieces: Buffer[] = [];
  for await (const piece of file.open()) pieces.push(Buffer.from(piece));
  const bytes = Buffer.concat(pieces);
  const changed = Buffer.from(bytes);
  changed[299_999] = (changed[299_999] ?? 0) ^ 1;
  for (const [content, expected] of [
    [bytes, true],
    [changed, false],
    [bytes.subarray(1), false],
    [bytes.subarray(0, 299_999), false],
    [Buffer.concat([bytes, Buffer.alloc(1)]), false],
  ] as const)
    assert.equal(await hasBytes(file, inPieces(content)), expected);
});

test('bytesAt() gives the bytes of any range', async () => {
  const file = withContent('x', 600_000);
  const pieces: Buffer[] = [];
  for await (const piece of file.open()) pieces.push(Buffer.from(piece));
  const bytes = Buffer.concat(pieces);
  for (const [offset, length] of [
    [0, 0],
    [600_000, 0],
    [0, 1],
    [262_143, 2],
    [262_144, 262_144],
    [599_999, 1],
    [100, 599_000],
  ] as const) {
    const range = await bytesAt(file, { offset, length });
    assert.ok(bytes.subarray(offset, offset + length).equals(range), `${offset} ${length}`);
  }
});

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 70_000) yield bytes.subarray(at, at + 70_000);
}
