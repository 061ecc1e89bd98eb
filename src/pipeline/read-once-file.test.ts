import assert from 'node:assert/strict';
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { nativeCalls } from '../../base/native/index.ts';
import { SourceFile } from './source-file.ts';

/** Longer than what is read before a part is let go. */
const CONTENT = Buffer.alloc(20 * 1024 * 1024, 'content ');

const ALL_PAGES = CONTENT.length / 4096;

/** A file that the system holds nothing of in its cache, or `undefined` after skipping the test. */
function uncachedFile(t: TestContext): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-source-file-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'file');
  writeFileSync(path, CONTENT);
  const file = openSync(path, 'r');
  fsyncSync(file);
  nativeCalls()?.letGo(file, 0, 0);
  closeSync(file);
  if (cachedPages(path) === 0) return path;
  t.skip('the system does not tell what it caches, or has the temporary folder in memory');
  return undefined;
}

function cachedPages(path: string): number | undefined {
  const file = openSync(path, 'r');
  const pages = nativeCalls()?.cachedPages(file);
  closeSync(file);
  return pages;
}

function readThrough(path: string): Buffer {
  using file = new SourceFile(openSync(path, 'r'));
  file.readAhead();
  const read = Buffer.alloc(CONTENT.length);
  for (let position = 0; position < read.length; position += 100_000)
    file.read(read.subarray(position, position + 100_000), position);
  return read;
}

test('SourceFile leaves next to nothing in the cache of what only it read', (t) => {
  const path = uncachedFile(t);
  if (path === undefined) return;
  assert.ok(readThrough(path).equals(CONTENT));
  // Pages that the system is at work on may stay.
  assert.ok((cachedPages(path) ?? 0) < ALL_PAGES / 10);
});

test('SourceFile leaves in the cache what was there before', (t) => {
  const path = uncachedFile(t);
  if (path === undefined) return;
  readFileSync(path);
  const before = cachedPages(path) ?? 0;
  assert.ok(before > 0);
  assert.ok(readThrough(path).equals(CONTENT));
  assert.ok((cachedPages(path) ?? 0) >= before);
});
