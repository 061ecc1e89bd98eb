import assert from 'node:assert/strict';
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { ReadOnceFile } from '../read-once-file.ts';
import { FilesAhead } from './files-ahead.ts';
import type { ExamineJob } from './messages.ts';

function jobs(t: TestContext, count: number): ExamineJob[] {
  const folder = mkdtempSync(join(tmpdir(), 'files-ahead-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return Array.from({ length: count }, (_, place) => {
    const path = join(folder, `file ${place}`);
    writeFileSync(path, `content ${place}`);
    return { path, kind: 'file', known: undefined };
  });
}

/** Opens for reading and remembers every descriptor; numbers come again. */
function opener(): { readonly opened: Set<number>; open(path: string): ReadOnceFile } {
  const opened = new Set<number>();
  return {
    opened,
    open(path) {
      const file = openSync(path, 'r');
      opened.add(file);
      return new ReadOnceFile(file);
    },
  };
}

function isOpen(file: number): boolean {
  try {
    fstatSync(file);
    return true;
  } catch {
    return false;
  }
}

test('FilesAhead gives each job its own file', (t) => {
  const all = jobs(t, 100);
  using files = new FilesAhead(all, opener().open);
  for (const [place, job] of all.entries()) {
    files.reach(place);
    using file = files.take(place);
    assert.ok(file !== undefined);
    assert.equal(fstatSync(file.descriptor).ino, fstatSync(openAndClose(t, job.path)).ino);
  }
});

test('FilesAhead opens few files before their turn, and closes those that nobody takes', (t) => {
  const all = jobs(t, 100);
  const { opened, open } = opener();
  {
    using files = new FilesAhead(all, open);
    files.reach(0);
    assert.ok(opened.size < 50);
    for (const place of all.keys()) files.reach(place);
    assert.ok([...opened].filter(isOpen).length <= 1);
  }
  assert.equal([...opened].filter(isOpen).length, 0);
});

test('FilesAhead leaves what cannot be opened to its turn', (t) => {
  const [first, ...others] = jobs(t, 3);
  assert.ok(first !== undefined);
  rmSync(first.path);
  using files = new FilesAhead([first, ...others], opener().open);
  files.reach(0);
  assert.equal(files.take(0), undefined);
  assert.notEqual(files.take(1), undefined);
});

function openAndClose(t: TestContext, path: string): number {
  const file = openSync(path, 'r');
  t.after(() => closeSync(file));
  return file;
}
