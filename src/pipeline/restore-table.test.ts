import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { RESTORE_KINDS, RestoreTable } from './restore-table.ts';

test('RestoreTable gives back through its memory what was added', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.string({ unit: 'grapheme', maxLength: 3000 }),
          fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 })),
        ),
      ),
      (rows) => {
        const table = RestoreTable.create(rows.length, { pathBytes: 0, hashSizeBytes: 4 });
        for (const [path, hash] of rows) {
          table.add({ path, kind: RESTORE_KINDS.file, sizeBytes: path.length, hash: hash ?? undefined });
        }
        const seen = new RestoreTable(table.memory);
        rows.forEach(([path, hash], entry) => {
          assert.equal(seen.path(entry), path);
          assert.equal(seen.sizeBytes[entry], path.length);
          assert.deepEqual(seen.hash(entry), hash === null ? undefined : Buffer.from(hash));
        });
      },
    ),
  );
});

test('RestoreTable.cutPrefix() shortens paths, and setPath() replaces one', () => {
  const table = RestoreTable.create(2, { pathBytes: 0, hashSizeBytes: 4 });
  for (const path of ['/ä/', '/ä/b'])
    table.add({ path, kind: RESTORE_KINDS.file, sizeBytes: 0, hash: undefined });
  table.cutPrefix(Buffer.byteLength('/ä/'));
  table.setPath(1, 'c');
  assert.deepEqual([table.path(0), table.path(1)], ['', 'c']);
});
