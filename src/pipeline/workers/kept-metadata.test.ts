import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { RESTORE_KINDS, RestoreTable } from '../restore-table.ts';
import { KeptMetadata, placeKeptMetadata } from './kept-metadata.ts';

const BLOB_BYTES = 100;

/** A table of one file, and of folders that each have metadata of the given length. */
function tableOf(folders: number, metadataBytes: number): RestoreTable {
  const table = RestoreTable.create(folders + 1, { pathBytes: 0, hashSizeBytes: 32 });
  for (let entry = 0; entry <= folders; entry++) {
    const kind = entry === 0 ? RESTORE_KINDS.file : RESTORE_KINDS.folder;
    table.add({ path: `entry ${entry}`, kind, sizeBytes: 0, hash: undefined });
    table.metadataBytes[entry] = metadataBytes;
  }
  return table;
}

function keptFor(t: TestContext, table: RestoreTable) {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-kept-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'kept');
  const memory = placeKeptMetadata(table);
  return { path, open: () => new KeptMetadata({ memory, path }, table) };
}

function blobOf(entry: number): Buffer {
  return Buffer.alloc(BLOB_BYTES, entry);
}

test('KeptMetadata gives back to all threads what one of them kept, without a file while there is room', (t) => {
  const table = tableOf(3, BLOB_BYTES);
  const { path, open } = keptFor(t, table);
  using writer = open();
  using reader = open();
  for (const entry of [1, 2, 3]) {
    const blob = blobOf(entry);
    writer.write(entry, blob.subarray(60), 60);
    writer.write(entry, blob.subarray(0, 60), 0);
  }
  writer.writeWhole(0, blobOf(9));
  for (const entry of [1, 2, 3]) assert.deepEqual(reader.read(entry), blobOf(entry));
  assert.deepEqual(reader.read(0), blobOf(9));
  assert.equal(existsSync(path), false);
});

test('KeptMetadata puts into a file what does not fit into its memory', (t) => {
  const table = tableOf(50, 1024 * 1024);
  const { path, open } = keptFor(t, table);
  using kept = open();
  const blob = Buffer.alloc(1024 * 1024, 7);
  for (let entry = 0; entry <= 50; entry++) {
    blob.fill(entry);
    kept.writeWhole(entry, blob);
  }
  for (let entry = 0; entry <= 50; entry++) {
    assert.equal(kept.read(entry)?.equals(blob.fill(entry)), true);
  }
  assert.equal(existsSync(path), true);
});

test('KeptMetadata.read() knows entries without metadata', (t) => {
  const table = tableOf(1, 0);
  using kept = keptFor(t, table).open();
  assert.equal(kept.read(1), undefined);
});
