import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { LocalDatabase } from './local-database.ts';
import { EMPTY_CONTENT, type FilesetSeq, referenceToBlock } from './references.ts';
import type { StoredEntry } from './stored-entry.ts';

function emptyDatabase(t: TestContext): LocalDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-test-'));
  const database = LocalDatabase.open(join(folder, 'test.sqlite'));
  t.after(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });
  return database;
}

function fileOf(path: string, block: number): StoredEntry {
  return {
    path,
    kind: 1,
    content: referenceToBlock(block),
    sizeBytes: block,
    metadata: EMPTY_CONTENT,
    mtimeSeconds: 0,
  };
}

function rowCount(rebuild: { spans(): Iterable<unknown> }): number {
  return [...rebuild.spans()].length;
}

test('Rebuild gives back every version as it came, whatever came before it', (t) => {
  const database = emptyDatabase(t);
  const version = fc.dictionary(
    fc.constantFrom('/a', '/a/', '/b', '/c:', '/é'),
    fc.integer({ min: 1, max: 3 }),
  );
  fc.assert(
    fc.property(fc.array(version, { maxLength: 6 }), (versions) => {
      using rebuild = database.beginRebuild();
      database.entries.endWith(0 as FilesetSeq);
      const seqs = versions.map((entries, index) => {
        const volume = database.volumes.add({ name: crypto.randomUUID(), kind: 'dlist', state: 'verified' });
        const seq = database.filesets.begin(index, volume);
        for (const [path, block] of Object.entries(entries)) rebuild.addIncoming(fileOf(path, block));
        rebuild.takeIncoming(seq);
        return seq;
      });
      for (const [index, seq] of seqs.entries()) {
        const rows = [...database.entries.listed({ seq })];
        assert.deepEqual(Object.fromEntries(rows.map(({ path, sizeBytes }) => [path, sizeBytes])), {
          ...versions[index],
        });
      }
    }),
    { numRuns: 50 },
  );
});

test('Rebuild.takeIncoming() adds no row for an entry that did not change', (t) => {
  const database = emptyDatabase(t);
  using rebuild = database.beginRebuild();
  for (const seq of [1, 2, 3] as FilesetSeq[]) {
    rebuild.addIncoming(fileOf('/same', 1));
    rebuild.addIncoming(fileOf('/other', seq === 3 ? 2 : 1));
    rebuild.takeIncoming(seq);
  }
  assert.equal(rowCount(rebuild), 3);
});

test('Rebuild.addIncoming() keeps the first of two entries with one path', (t) => {
  const database = emptyDatabase(t);
  using rebuild = database.beginRebuild();
  rebuild.addIncoming(fileOf('/twice', 1));
  rebuild.addIncoming(fileOf('/twice', 2));
  rebuild.takeIncoming(1 as FilesetSeq);
  assert.equal(database.entries.find(1 as FilesetSeq, '/twice')?.sizeBytes, 1);
});

test('Rebuild.discardIncoming() leaves nothing of a damaged list', (t) => {
  const database = emptyDatabase(t);
  using rebuild = database.beginRebuild();
  rebuild.addIncoming(fileOf('/never', 1));
  rebuild.discardIncoming();
  rebuild.takeIncoming(1 as FilesetSeq);
  assert.equal(rowCount(rebuild), 0);
});

test('Rebuild keeps blocklists and what waits for them until it ends', (t) => {
  const database = emptyDatabase(t);
  const hash = Buffer.alloc(32, 1);
  {
    using rebuild = database.beginRebuild();
    rebuild.keepBlocklist(hash, Buffer.from('list'));
    rebuild.postpone(5, [hash, Buffer.alloc(32)]);
    const waiting = { contentId: 5, blocklistHashes: Buffer.concat([hash, Buffer.alloc(32)]) };
    assert.equal(rebuild.findBlocklist(hash)?.toString(), 'list');
    assert.equal(rebuild.findBlocklist(Buffer.alloc(32)), undefined);
    assert.deepEqual(rebuild.postponed(), [waiting]);
    assert.deepEqual(rebuild.waitingFor(hash), [waiting]);
    rebuild.settle(5);
    assert.deepEqual(rebuild.waitingFor(hash), []);
    assert.deepEqual(rebuild.postponed(), []);
  }
  using again = database.beginRebuild();
  assert.equal(again.findBlocklist(hash), undefined);
});
