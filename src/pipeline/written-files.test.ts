import assert from 'node:assert/strict';
import { fstatSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { WriteBehind } from './write-behind.ts';
import { WrittenFiles } from './written-files.ts';

const FILES = 40;

test('WrittenFiles holds few files open, closes all of them, and leaves their contents', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-written-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = Array.from({ length: FILES }, (_, index) => {
    const path = join(folder, `file-${index}`);
    const descriptor = openSync(path, 'w');
    writeSync(descriptor, `content ${index}`);
    return { path, descriptor };
  });
  const isOpen = ({ descriptor }: { readonly descriptor: number }): boolean => {
    try {
      fstatSync(descriptor);
      return true;
    } catch {
      return false;
    }
  };
  {
    using written = new WrittenFiles(new WriteBehind());
    for (const { path, descriptor } of files) written.add(path, descriptor, 10);
    assert.ok(files.filter(isOpen).length <= 16);
  }
  assert.equal(files.filter(isOpen).length, 0);
  files.forEach(({ path }, index) => void assert.equal(readFileSync(path, 'utf8'), `content ${index}`));
});
