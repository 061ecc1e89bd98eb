import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { FoundEntry } from './found-entry.ts';
import { packEntries, unpackEntries } from './packed-entries.ts';

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const plain = { noNullPrototype: true } as const;
const entry: fc.Arbitrary<FoundEntry> = fc.record(
  {
    path: fc.string({ unit: 'binary', minLength: 1 }).filter((path) => !path.includes('\0')),
    kind: fc.constantFrom('file', 'folder', 'symlink', 'fifo', 'socket', 'block-device', 'character-device'),
    isLink: fc.boolean(),
    isRoot: fc.boolean(),
    stat: fc.record(
      {
        size: number,
        mtimeMs: number,
        ctimeMs: number,
        dev: number,
        ino: number,
        nlink: number,
        mode: number,
        uid: number,
        gid: number,
      },
      plain,
    ),
  },
  plain,
);

test('unpackEntries() gives back what packEntries() was given', () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      assert.deepEqual(unpackEntries(packEntries(entries)), entries);
    }),
  );
});
