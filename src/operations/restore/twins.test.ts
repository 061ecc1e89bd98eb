import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { findTwins } from './twins.ts';

test('findTwins() gives each file but the first of its like the first as model', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.integer({ min: 1, max: 2 }),
          fc.integer({ min: -2, max: 2 }),
          fc.integer({ min: -2, max: 2 }),
        ),
      ),
      (rows) => {
        const column = (index: 1 | 2) => Int32Array.from(rows, (row) => row[index]);
        const kind = Uint8Array.from(rows, ([value]) => value);
        const [content, metadata] = [column(1), column(2)];
        const twins = findTwins({
          count: rows.length,
          kind,
          content,
          metadata,
          hashOf: () => undefined,
          mayRepeat: () => true,
        });
        const found = new Map(Array.from(twins.entries, (entry, index) => [entry, twins.models[index]]));
        const firsts = new Map<string, number>();
        rows.forEach((row, entry) => {
          const isFile = row[0] === 1 && row[2] !== 0;
          const first = firsts.get(String(row));
          assert.equal(found.get(entry), isFile ? first : undefined);
          if (first === undefined) firsts.set(String(row), entry);
        });
      },
    ),
  );
});

test('findTwins() leaves out what may not be made from another', () => {
  const same = Int32Array.of(1, 1, 1);
  const twins = findTwins({
    count: 3,
    kind: Uint8Array.from(same),
    content: same,
    metadata: same,
    hashOf: () => undefined,
    mayRepeat: (entry) => entry !== 1,
  });
  assert.deepEqual([...twins.entries], [2]);
  assert.deepEqual([...twins.models], [0]);
});

test('findTwins() takes content of several blocks for equal where its hash is, whatever its number', () => {
  const hash = Buffer.alloc(32, 7);
  const twins = findTwins({
    count: 3,
    kind: Uint8Array.of(1, 1, 1),
    content: Int32Array.of(1, 2, 3),
    metadata: Int32Array.of(-9, -9, -9),
    hashOf: (entry) => (entry === 1 ? Buffer.alloc(32, 8) : hash),
    mayRepeat: () => true,
  });
  assert.deepEqual([[...twins.entries], [...twins.models]], [[2], [0]]);
});
