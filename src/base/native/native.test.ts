import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { errorCode } from '../errors.ts';
import { joinDeviceNumber } from './device-numbers.ts';
import { type NativeCalls, nativeCalls, nativeProblem, reachablePath, splitDeviceNumber } from './index.ts';

interface Place {
  readonly calls: NativeCalls;
  readonly folder: string;
  readonly file: string;
}

/** The calls and a folder of its own with one file, or `undefined` after skipping the test. */
function place(t: TestContext): Place | undefined {
  const calls = nativeCalls();
  if (calls === undefined) {
    t.skip(nativeProblem());
    return undefined;
  }
  const folder = fs.mkdtempSync(join(tmpdir(), 'ashlar-native-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'file');
  fs.writeFileSync(file, 'content');
  return { calls, folder, file };
}

/** A folder on a file system may lack attributes; then there is nothing to test. */
function supportsXattrs({ calls, file }: Place, t: TestContext): boolean {
  try {
    calls.setXattr(file, 'user.probe', Buffer.from('x'));
    calls.removeXattr(file, 'user.probe');
    return true;
  } catch (error) {
    t.skip(`the temporary folder's file system has no extended attributes (${errorCode(error)})`);
    return false;
  }
}

test('nativeProblem() says nothing exactly where the calls are available', () => {
  assert.equal(nativeCalls() !== undefined, nativeProblem() === undefined);
});

test('setXattr(), getXattr(), listXattrs() and removeXattr() agree on any value', (t) => {
  const here = place(t);
  if (here === undefined || !supportsXattrs(here, t)) return;
  const { calls, file } = here;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (value) => {
      calls.setXattr(file, 'user.näme', value);
      assert.deepEqual(calls.getXattr(file, 'user.näme'), Buffer.from(value));
      assert.ok(calls.listXattrs(file).includes('user.näme'));
    }),
    { numRuns: 30 },
  );
  calls.removeXattr(file, 'user.näme');
  assert.equal(calls.getXattr(file, 'user.näme'), undefined);
});

test('getXattr() reads what setfattr wrote', (t) => {
  const here = place(t);
  if (here === undefined || !supportsXattrs(here, t)) return;
  try {
    execFileSync('setfattr', ['-n', 'user.tool', '-v', 'from the tool', here.file]);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    t.skip('setfattr is not installed (package attr)');
    return;
  }
  assert.equal(here.calls.getXattr(here.file, 'user.tool')?.toString(), 'from the tool');
});

test('setXattr() acts on a link itself, never on its target', (t) => {
  const here = place(t);
  if (here === undefined || !supportsXattrs(here, t)) return;
  const link = join(here.folder, 'link');
  fs.symlinkSync('file', link);
  assert.throws(() => here.calls.setXattr(link, 'user.x', Buffer.from('x')), { code: 'EPERM' });
  assert.deepEqual(
    here.calls.listXattrs(here.file).filter((name) => name.startsWith('user.')),
    [],
  );
});

test('listXattrs() takes a path whose bytes are not UTF-8', (t) => {
  const here = place(t);
  if (here === undefined || !supportsXattrs(here, t)) return;
  const path = Buffer.concat([Buffer.from(`${here.folder}/`), Buffer.from([0x66, 0xff, 0xfe])]);
  fs.writeFileSync(path, '');
  here.calls.setXattr(path, 'user.a', Buffer.from('1'));
  assert.ok(here.calls.listXattrs(path).includes('user.a'));
});

test('listXattrs() throws as Node does for a missing file and for a NUL', (t) => {
  const here = place(t);
  if (here === undefined) return;
  const missing = join(here.folder, 'missing');
  assert.throws(() => here.calls.listXattrs(missing), {
    code: 'ENOENT',
    syscall: 'llistxattr',
    path: missing,
  });
  assert.throws(() => here.calls.listXattrs('/tmp\0/x'), TypeError);
});

test('setTimes() sets any time exact to the nanosecond, of a file and of a link itself', (t) => {
  const here = place(t);
  if (here === undefined) return;
  const link = join(here.folder, 'link');
  fs.symlinkSync('file', link);
  const untouched = fs.statSync(here.file, { bigint: true }).mtimeNs;
  const seconds = 2n ** 31n - 1n; // what every file system of today keeps
  const inRange = fc.bigInt({ min: -seconds * 1_000_000_000n, max: seconds * 1_000_000_000n });
  fc.assert(
    fc.property(inRange, inRange, (atimeNs, mtimeNs) => {
      here.calls.setTimes(link, { atimeNs, mtimeNs });
      const stat = fs.lstatSync(link, { bigint: true });
      assert.deepEqual([stat.atimeNs, stat.mtimeNs], [atimeNs, mtimeNs]);
    }),
  );
  assert.equal(fs.statSync(here.file, { bigint: true }).mtimeNs, untouched);
});

test('setTimesOfOpenFile() leaves the access time alone where none is given', (t) => {
  const here = place(t);
  if (here === undefined) return;
  const before = fs.statSync(here.file, { bigint: true }).atimeNs;
  const fd = fs.openSync(here.file, 'r+');
  t.after(() => fs.closeSync(fd));
  here.calls.setTimesOfOpenFile(fd, { mtimeNs: 1_234_567_891n });
  const after = fs.fstatSync(fd, { bigint: true });
  assert.deepEqual([after.atimeNs, after.mtimeNs], [before, 1_234_567_891n]);
});

test('userName() and userId() undo each other for root and know no unused number', (t) => {
  const here = place(t);
  if (here === undefined) return;
  assert.equal(here.calls.userName(0), 'root');
  assert.equal(here.calls.userId('root'), 0);
  assert.equal(here.calls.groupId(here.calls.groupName(0) ?? ''), 0);
  assert.equal(here.calls.userName(3_999_999_999), undefined);
  assert.equal(here.calls.groupName(3_999_999_999), undefined);
  assert.equal(here.calls.userId('no such user'), undefined);
  assert.equal(here.calls.groupId(''), undefined);
});

test('seekData() and seekHole() find the parts of a sparse file', (t) => {
  const here = place(t);
  if (here === undefined) return;
  const fd = fs.openSync(here.file, 'w+');
  t.after(() => fs.closeSync(fd));
  const MIB = 1024 * 1024;
  fs.writeSync(fd, Buffer.alloc(4096, 1), 0, 4096, 8 * MIB);
  fs.ftruncateSync(fd, 16 * MIB);
  const data = here.calls.seekData(fd, 0);
  if (data === 0) {
    t.skip('the temporary folder’s file system has no holes');
    return;
  }
  assert.equal(data, 8 * MIB);
  assert.equal(here.calls.seekHole(fd, 0), 0);
  const hole = here.calls.seekHole(fd, 8 * MIB) ?? 0;
  assert.ok(hole > 8 * MIB && hole < 16 * MIB);
  assert.equal(here.calls.seekData(fd, hole), undefined);
  assert.equal(here.calls.seekHole(fd, 16 * MIB), undefined);
});

test('waitReadable() tells a pipe with content, and one that was closed, from one without', (t) => {
  const here = place(t);
  if (here === undefined) return;
  const { read, write } = here.calls.makePipe();
  assert.equal(here.calls.waitReadable(read, 0), false);
  fs.writeSync(write, 'x');
  assert.equal(here.calls.waitReadable(read, 0), true);
  fs.readSync(read, Buffer.alloc(1), 0, 1, null);
  fs.closeSync(write);
  assert.equal(here.calls.waitReadable(read, 0), true);
  fs.closeSync(read);
});

test('makeFifo() and makeNode() make what their names say', (t) => {
  const here = place(t);
  if (here === undefined) return;
  const none = { major: 0, minor: 0 };
  here.calls.makeFifo(join(here.folder, 'fifo'), 0o600);
  assert.ok(fs.lstatSync(join(here.folder, 'fifo')).isFIFO());
  here.calls.makeNode(join(here.folder, 'socket'), 'socket', 0o600, none);
  assert.ok(fs.lstatSync(join(here.folder, 'socket')).isSocket());
  assert.throws(() => here.calls.makeFifo(join(here.folder, 'fifo'), 0o600), { code: 'EEXIST' });
});

test('makeNode() makes the device that splitDeviceNumber() reads back', (t) => {
  const here = place(t);
  if (here === undefined) return;
  if (process.geteuid?.() !== 0) {
    t.skip('devices need root');
    return;
  }
  const path = join(here.folder, 'device');
  try {
    here.calls.makeNode(path, 'character-device', 0o600, { major: 300, minor: 70_000 });
  } catch (error) {
    t.skip(`this machine lets nobody make devices (${errorCode(error)})`);
    return;
  }
  const { rdev } = fs.lstatSync(path, { bigint: true });
  assert.deepEqual(splitDeviceNumber(rdev), { major: 300, minor: 70_000 });
});

test('splitDeviceNumber() undoes joinDeviceNumber()', () => {
  const part = fc.nat({ max: 0xffff_ffff });
  fc.assert(
    fc.property(part, part, (major, minor) => {
      assert.deepEqual(splitDeviceNumber(joinDeviceNumber({ major, minor })), { major, minor });
    }),
  );
});

test('punchHole() makes a hole and leaves the length', (t) => {
  const here = place(t);
  if (here === undefined) return;
  const MIB = 1024 * 1024;
  fs.writeFileSync(here.file, Buffer.alloc(2 * MIB, 1));
  const fd = fs.openSync(here.file, 'r+');
  t.after(() => fs.closeSync(fd));
  try {
    here.calls.punchHole(fd, 0, MIB);
  } catch (error) {
    return t.skip(`the temporary folder's file system has no holes (${errorCode(error)})`);
  }
  assert.equal(here.calls.seekData(fd, 0), MIB);
  assert.equal(fs.fstatSync(fd).size, 2 * MIB);
});

test('fileFlags() reads what addFileFlags() set', (t) => {
  const here = place(t);
  if (here === undefined) return;
  assert.deepEqual(here.calls.fileFlags(here.file), []);
  try {
    here.calls.addFileFlags(here.file, ['append']);
  } catch (error) {
    return t.skip(`flags cannot be set here (${errorCode(error)})`);
  }
  try {
    assert.deepEqual(here.calls.fileFlags(here.file), ['append']);
    assert.throws(() => fs.writeFileSync(here.file, 'other'), { code: 'EPERM' });
  } finally {
    spawnSync('chattr', ['-a', here.file]);
  }
});

test('reachablePath() leaves short paths as they are, and reaches what no path can say', (t) => {
  assert.equal(reachablePath('/a/short/path'), '/a/short/path');
  const here = place(t);
  if (here === undefined || process.platform !== 'linux') return;
  const name = 'd'.repeat(200);
  let path = here.folder;
  for (let level = 0; level < 50; level++) {
    path = `${path}/${name}`;
    fs.mkdirSync(reachablePath(path));
  }
  fs.writeFileSync(reachablePath(`${path}/file`), 'deep');
  assert.equal(fs.readFileSync(reachablePath(`${path}/file`), 'utf8'), 'deep');
});
