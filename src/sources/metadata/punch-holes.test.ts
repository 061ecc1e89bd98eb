import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { nativeCalls, nativeProblem } from '../../base/native/index.ts';
import { punchHoles } from './punch-holes.ts';

const PAGE = 4096;

function restoredFile(t: TestContext, content: Buffer): string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'ashlar-holes-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'file');
  fs.writeFileSync(path, content);
  return path;
}

test('punchHoles() frees zeros where a hole was, and never touches data', (t) => {
  if (nativeCalls() === undefined) return t.skip(nativeProblem());
  const content = Buffer.alloc(200 * PAGE);
  content.fill(1, 0, PAGE);
  content.fill(2, 50 * PAGE, 51 * PAGE);
  const path = restoredFile(t, content);
  const before = fs.statSync(path).blocks;
  punchHoles(path, [{ offset: PAGE, lengthBytes: 199 * PAGE }]);
  assert.deepEqual(fs.readFileSync(path), content);
  const freed = (before - fs.statSync(path).blocks) * 512;
  if (freed === 0) return t.skip("the temporary folder's file system has no holes");
  assert.ok(freed >= 190 * PAGE);
});

test('punchHoles() takes holes beyond the end and files that are gone for nothing to do', (t) => {
  const path = restoredFile(t, Buffer.from('short'));
  punchHoles(path, [{ offset: 1000, lengthBytes: 1e9 }]);
  punchHoles(`${path}-gone`, [{ offset: 0, lengthBytes: 1 }]);
  assert.equal(fs.readFileSync(path, 'utf8'), 'short');
});
