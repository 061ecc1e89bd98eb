import assert from 'node:assert/strict';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { cachedPages, dropFromCache } from '../../tests/support/page-cache.ts';
import { ReadOnceFile } from './read-once-file.ts';

/** Longer than what is read before a part is let go. */
const CONTENT = Buffer.alloc(20 * 1024 * 1024, 'content ');

const ALL_PAGES = CONTENT.length / 4096;

/** A file that the system holds nothing of in its cache, or `undefined` after skipping the test. */
function uncachedFile(t: TestContext): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-read-once-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'file');
  writeFileSync(path, CONTENT);
  return dropFromCache(t, path) ? path : undefined;
}

function readThrough(path: string): Buffer {
  using file = new ReadOnceFile(openSync(path, 'r'));
  file.readAhead();
  const read = Buffer.alloc(CONTENT.length);
  for (let position = 0; position < read.length; position += 100_000)
    file.read(read.subarray(position, position + 100_000), position);
  return read;
}

test('ReadOnceFile leaves next to nothing in the cache of what only it read', (t) => {
  const path = uncachedFile(t);
  if (path === undefined) return;
  assert.ok(readThrough(path).equals(CONTENT));
  // Pages that the system is at work on may stay.
  assert.ok((cachedPages(path) ?? 0) < ALL_PAGES / 10);
});

test('ReadOnceFile leaves in the cache what was there before', (t) => {
  const path = uncachedFile(t);
  if (path === undefined) return;
  readFileSync(path);
  const before = cachedPages(path) ?? 0;
  assert.ok(before > 0);
  assert.ok(readThrough(path).equals(CONTENT));
  assert.ok((cachedPages(path) ?? 0) >= before);
});
