import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { encodePath } from '../base/index.ts';
import { nativeCalls, nativeProblem } from '../base/native/index.ts';
import { TargetGuard } from './target-guard.ts';

const ESCAPES = { name: 'SourceError', code: 'restore-path-escapes' };
const BLOCKED = { name: 'SourceError', code: 'restore-path-blocked' };

interface Place {
  readonly root: string;
  /** A folder that nothing may be written to. */
  readonly outside: string;
  readonly guard: TargetGuard;
}

function place(t: TestContext, existingLinks: 'refuse' | 'follow' = 'refuse'): Place {
  const folder = fs.mkdtempSync(join(tmpdir(), 'ashlar-target-'));
  const outside = join(folder, 'outside');
  fs.mkdirSync(outside);
  t.after(() => {
    const left = fs.readdirSync(outside);
    fs.rmSync(folder, { recursive: true, force: true });
    assert.deepEqual(left, [], 'something was written outside of the target');
  });
  const root = join(folder, 'root');
  return { root, outside, guard: new TargetGuard(root, { existingLinks }) };
}

test('ensureFolder() makes the root and every parent', (t) => {
  const { root, guard } = place(t);
  guard.ensureFolder(`${root}/a/b/c/`);
  guard.ensureFolder(`${root}/a/b/c/`);
  assert.ok(fs.statSync(`${root}/a/b/c`).isDirectory());
});

test('claim() gives a path whose parents are there, and resolve() makes none', (t) => {
  const { root, guard } = place(t);
  assert.equal(guard.claim(`${root}/a/file`), `${root}/a/file`);
  assert.ok(fs.statSync(`${root}/a`).isDirectory());
  assert.equal(guard.resolve(`${root}/a/other`), `${root}/a/other`);
  assert.throws(() => guard.resolve(`${root}/b/file`), { code: 'ENOENT' });
  assert.ok(!fs.existsSync(`${root}/b`));
});

test('claim() refuses paths that lie elsewhere or name no entry of their own', (t) => {
  const { root, outside, guard } = place(t);
  const wrong = [
    `${outside}/x`,
    `${root}-beside/x`,
    `${root}/../outside/x`,
    `${root}/a/..`,
    `${root}/./x`,
    `${root}//x`,
    `${root}/x\0y`,
    'x',
    '',
  ];
  for (const path of wrong) assert.throws(() => guard.claim(path), ESCAPES, JSON.stringify(path));
  assert.equal(guard.claim(`${root}/...`), `${root}/...`);
  assert.equal(guard.claim(`${root}/..a`), `${root}/..a`);
});

test('claim() refuses a link in the way, to wherever it leads', (t) => {
  const { root, outside, guard } = place(t);
  fs.mkdirSync(`${root}/real`, { recursive: true });
  fs.symlinkSync(outside, `${root}/out`);
  fs.symlinkSync('real', `${root}/in`);
  fs.symlinkSync('nowhere', `${root}/lost`);
  for (const name of ['out', 'in', 'lost']) {
    assert.throws(() => guard.claim(`${root}/${name}/x`), ESCAPES);
    assert.throws(() => guard.ensureFolder(`${root}/${name}/`), ESCAPES);
    assert.throws(() => guard.resolve(`${root}/${name}/deep/x`), ESCAPES);
  }
});

test('createSymlink() takes a remembered folder off the list, so a planted link redirects nothing', (t) => {
  const { root, outside, guard } = place(t);
  guard.claim(`${root}/a/b/file`);
  guard.clear(`${root}/a/b`);
  guard.clear(`${root}/a`);
  guard.createSymlink(`${root}/a`, outside);
  assert.throws(() => guard.claim(`${root}/a/file`), ESCAPES);
  assert.throws(() => guard.claim(`${root}/a/b/file`), ESCAPES);
});

test('claim() following existing links still refuses those that the backup brings', (t) => {
  const { root, guard } = place(t, 'follow');
  fs.mkdirSync(`${root}/real`, { recursive: true });
  for (const name of ['known', 'noted', 'made']) fs.symlinkSync('real', `${root}/${name}`);
  guard.noteLink(`${root}/noted/`);
  guard.createSymlink(`${root}/made/`, 'real');
  assert.equal(guard.claim(`${root}/known/x`), `${root}/known/x`);
  assert.throws(() => guard.claim(`${root}/noted/x`), ESCAPES);
  assert.throws(() => guard.claim(`${root}/made/x`), ESCAPES);
});

test('TargetGuard takes a root that is itself a link, and the root of the whole system', (t) => {
  const { root, guard } = place(t);
  guard.ensureFolder(`${root}/real`);
  fs.symlinkSync('real', `${root}/link`);
  const inner = new TargetGuard(`${root}/link`, { existingLinks: 'refuse' });
  inner.ensureFolder(`${root}/link/a`);
  assert.ok(fs.existsSync(`${root}/real/a`));
  const whole = new TargetGuard('/', { existingLinks: 'follow' });
  assert.equal(whole.claim(`${root}/real/file`), `${root}/real/file`);
  assert.throws(() => whole.claim('/tmp/../x'), ESCAPES);
});

test('claim() refuses a file where a folder is needed', (t) => {
  const { root, guard } = place(t);
  fs.writeFileSync(guard.claim(`${root}/file`), '');
  assert.throws(() => guard.claim(`${root}/file/x`), BLOCKED);
});

test('clear() removes files, links and empty folders, and never what a folder holds', (t) => {
  const { root, outside, guard } = place(t);
  guard.ensureFolder(`${root}/empty`);
  guard.ensureFolder(`${root}/full/sub`);
  fs.writeFileSync(`${root}/file`, '');
  fs.symlinkSync(outside, `${root}/link`);
  for (const name of ['empty', 'file', 'link', 'nothing']) guard.clear(`${root}/${name}`);
  assert.deepEqual(fs.readdirSync(root), ['full']);
  assert.throws(() => guard.clear(`${root}/full/`), BLOCKED);
  assert.ok(fs.existsSync(`${root}/full/sub`));
});

test('createSymlink() keeps any target as it is, and leaves a link that is right alone', (t) => {
  const { root, guard } = place(t);
  const target = '../..//nowhere/\u{10ffff}';
  assert.equal(guard.createSymlink(`${root}/link/`, target), 'created');
  assert.equal(guard.createSymlink(`${root}/link/`, target), 'unchanged');
  assert.deepEqual(fs.readlinkSync(`${root}/link`, 'buffer'), encodePath(target));
  fs.writeFileSync(`${root}/file`, '');
  assert.equal(guard.createSymlink(`${root}/file`, 'x'), 'created');
  guard.ensureFolder(`${root}/full/sub`);
  assert.throws(() => guard.createSymlink(`${root}/full`, 'x'), BLOCKED);
});

test('createHardLink() joins two names, in place of a file that lies there', (t) => {
  const { root, guard } = place(t);
  fs.writeFileSync(guard.claim(`${root}/a/first`), 'content');
  fs.writeFileSync(guard.claim(`${root}/b/second`), 'old');
  assert.equal(guard.createHardLink(`${root}/b/second`, `${root}/a/first`), 'created');
  assert.equal(guard.createHardLink(`${root}/b/second`, `${root}/a/first`), 'unchanged');
  assert.equal(fs.statSync(`${root}/b/second`).ino, fs.statSync(`${root}/a/first`).ino);
});

test('createSpecial() makes a FIFO and a socket', (t) => {
  if (nativeCalls() === undefined) return t.skip(nativeProblem());
  const { root, guard } = place(t);
  assert.equal(guard.createSpecial(`${root}/fifo`, 'fifo'), 'created');
  assert.equal(guard.createSpecial(`${root}/fifo`, 'fifo'), 'unchanged');
  assert.equal(guard.createSpecial(`${root}/socket`, 'socket'), 'created');
  assert.ok(fs.lstatSync(`${root}/fifo`).isFIFO() && fs.lstatSync(`${root}/socket`).isSocket());
});
