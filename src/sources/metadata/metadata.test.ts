import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { encodePath } from '../../base/index.ts';
import { type NativeCalls, nativeCalls, nativeProblem } from '../../base/native/index.ts';
import { type Metadata, parseMetadataBlob, ticksFromUnixNs } from '../../format/index.ts';
import { applyMetadata } from './apply-metadata.ts';
import { readMetadata } from './read-metadata.ts';
import { isMarkedExcluded, readXattrs } from './xattrs.ts';

const STORE = { symlinks: 'store' } as const;
const ALL = { restorePermissions: true, restoreSymlinkMetadata: true } as const;
const FILE = { kind: 'file', ...ALL } as const;

/** A folder of its own with one file. */
function place(t: TestContext): { readonly folder: string; readonly file: string } {
  const folder = fs.mkdtempSync(join(tmpdir(), 'ashlar-metadata-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'file');
  fs.writeFileSync(file, 'content');
  return { folder, file };
}

/** The native calls where the folder takes extended attributes too, or `undefined` after skipping the test. */
function callsForXattrs(t: TestContext, file: string): NativeCalls | undefined {
  const calls = nativeCalls();
  try {
    calls?.setXattr(file, 'user.probe', Buffer.from('x'));
    calls?.removeXattr(file, 'user.probe');
  } catch {
    t.skip('the temporary folder’s file system has no extended attributes');
    return undefined;
  }
  if (calls === undefined) t.skip(nativeProblem());
  return calls;
}

function isRoot(t: TestContext): boolean {
  if (process.geteuid?.() === 0) return true;
  t.skip('owners can be changed by root only');
  return false;
}

function read(path: string): Metadata {
  return parseMetadataBlob(readMetadata(path, STORE).blob, path);
}

test('readMetadata() gives the same numbers as lstat, whatever the time', (t) => {
  const calls = nativeCalls();
  if (calls === undefined) return t.skip(nativeProblem());
  const { file } = place(t);
  const limit = 2_147_483_647n * 1_000_000_000n;
  fc.assert(
    fc.property(fc.bigInt({ min: -limit, max: limit }), (mtimeNs) => {
      calls.setTimes(file, { mtimeNs });
      const seen = readMetadata(file, STORE);
      const stat = fs.lstatSync(file);
      assert.deepEqual([seen.ctimeMs, seen.inode, seen.sizeBytes], [stat.ctimeMs, stat.ino, 7]);
      assert.ok(Math.abs(seen.mtimeSeconds * 1000 + seen.mtimeTicks / 10_000 - stat.mtimeMs) < 0.001);
      assert.ok(seen.mtimeTicks >= 0 && seen.mtimeTicks < 10_000_000);
      assert.equal(read(file).lastWriteTicks, ticksFromUnixNs(mtimeNs));
    }),
  );
});

test('readMetadata() writes nothing beyond Duplicati’s keys for ordinary entries', (t) => {
  const { folder, file } = place(t);
  fs.mkdirSync(`${folder}/sub`);
  assert.equal(read(file).extensions, undefined);
  assert.equal(read(`${folder}/`).extensions, undefined);
});

test('readMetadata() takes the earlier of modification and change time as creation time', (t) => {
  const { file } = place(t);
  fs.utimesSync(file, 1, 4_000_000_000);
  const { ctimeNs } = fs.lstatSync(file, { bigint: true });
  assert.equal(read(file).createTicks, ticksFromUnixNs(ctimeNs));
  fs.utimesSync(file, 1, 1);
  assert.equal(read(file).createTicks, ticksFromUnixNs(1_000_000_000n));
});

test('readMetadata() of a link tells its own target and times, and of the target when following', (t) => {
  const { folder, file } = place(t);
  fs.symlinkSync('file', `${folder}/link`);
  fs.lutimesSync(`${folder}/link`, 5, 5);
  const own = readMetadata(`${folder}/link`, STORE);
  assert.deepEqual([own.kind, own.mtimeSeconds], ['symlink', 5]);
  assert.equal(read(`${folder}/link`).symlinkTarget, 'file');
  const followed = readMetadata(`${folder}/link`, { symlinks: 'follow' });
  assert.deepEqual([followed.kind, followed.inode], ['file', fs.statSync(file).ino]);
  assert.equal(parseMetadataBlob(followed.blob, 'x').symlinkTarget, undefined);
});

test('readMetadata() carries a link target that is no UTF-8', (t) => {
  const { folder } = place(t);
  const target = Buffer.from([0x61, 0xff, 0x2f, 0xc3]);
  fs.symlinkSync(target, `${folder}/link`);
  assert.deepEqual(encodePath(read(`${folder}/link`).symlinkTarget ?? ''), target);
});

test('readMetadata() tells hard links, setuid bits, holes and kinds, each only where there is one', (t) => {
  const calls = nativeCalls();
  if (calls === undefined) return t.skip(nativeProblem());
  const { folder, file } = place(t);
  fs.linkSync(file, `${folder}/second`);
  const { dev, ino } = fs.lstatSync(file);
  assert.deepEqual(read(file).extensions, { hardlink: `${dev}:${ino}` });
  fs.writeFileSync(`${folder}/program`, '');
  fs.chmodSync(`${folder}/program`, 0o4755);
  assert.deepEqual(read(`${folder}/program`).extensions, { mode: 0o4755 });
  assert.equal(read(`${folder}/program`).owner?.permissions, 0o755);
  calls.makeFifo(`${folder}/fifo`, 0o600);
  assert.deepEqual(read(`${folder}/fifo`).extensions, { kind: 'fifo' });
  fs.truncateSync(file, 0);
  fs.truncateSync(file, 10_000_000);
  const { holes } = read(file).extensions ?? {};
  if (fs.statSync(file).blocks > 0) t.diagnostic('no holes here: the file system fills them');
  else assert.deepEqual(holes, [{ offset: 0, lengthBytes: 10_000_000 }]);
});

test('readMetadata() throws as Node does where nothing is there', () => {
  assert.throws(() => readMetadata('/nowhere/at/all', STORE), { code: 'ENOENT' });
});

test('isMarkedExcluded() finds the mark, and none elsewhere', (t) => {
  const { file } = place(t);
  const calls = callsForXattrs(t, file);
  if (calls === undefined) return;
  assert.equal(isMarkedExcluded(file), false);
  calls.setXattr(file, 'user.duplicati.exclude', Buffer.from('1'));
  assert.equal(isMarkedExcluded(file), true);
  assert.equal(isMarkedExcluded('/nowhere/at/all'), false);
});

test('applyMetadata() puts on another file what readMetadata() read, to the byte', (t) => {
  const { folder, file } = place(t);
  const calls = callsForXattrs(t, file);
  if (calls === undefined || !isRoot(t)) return;
  fc.assert(
    fc.property(
      fc.nat({ max: 0o7777 }),
      fc.nat({ max: 70_000 }),
      fc.bigInt({ min: -2_000_000_000n, max: 17_000_000_000n }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.uint8Array({ minLength: 1, maxLength: 50 }), {
        maxKeys: 3,
      }),
      (mode, id, tenthSeconds, values) => {
        const [first, second] = [join(folder, 'first'), join(folder, 'second')];
        for (const path of [first, second]) fs.writeFileSync(path, 'x', { mode: 0o600 });
        calls.setXattr(second, 'user.stale', Buffer.from('x'));
        for (const [name, value] of Object.entries(values)) calls.setXattr(first, `user.${name}`, value);
        fs.chownSync(first, id, id + 1);
        fs.chmodSync(first, mode);
        calls.setTimes(first, { mtimeNs: tenthSeconds * 100_000_000n + 123_400n });
        const wanted = readMetadata(first, STORE).blob.toString();
        assert.deepEqual(applyMetadata(second, parseMetadataBlob(Buffer.from(wanted), second), FILE), []);
        assert.equal(readMetadata(second, STORE).blob.toString(), wanted);
        for (const path of [first, second]) fs.rmSync(path);
      },
    ),
    { numRuns: 40 },
  );
});

test('applyMetadata() restores an access control list with the permissions only, and takes away a foreign one', (t) => {
  const { folder, file } = place(t);
  const calls = callsForXattrs(t, file);
  if (calls === undefined || !isRoot(t)) return;
  // Version 2; user::rw-, user:4242:r--, group::r--, mask::r--, other::--- as pairs of tag and rights with a
  // number (acl(5), Linux xattr form).
  const acl = Buffer.from(
    '0200000001000600ffffffff02000400921000000400' + '0400ffffffff10000400ffffffff20000000ffffffff',
    'hex',
  );
  try {
    calls.setXattr(file, 'system.posix_acl_access', acl);
  } catch {
    return t.skip('the temporary folder’s file system has no access control lists');
  }
  const metadata = read(file);
  const other = `${folder}/other`;
  fs.writeFileSync(other, '');
  applyMetadata(other, metadata, { ...FILE, restorePermissions: false });
  assert.equal(calls.getXattr(other, 'system.posix_acl_access'), undefined);
  assert.deepEqual(applyMetadata(other, metadata, FILE), []);
  assert.deepEqual(calls.getXattr(other, 'system.posix_acl_access'), acl);
  assert.equal(fs.statSync(other).mode & 0o777, 0o640);
  applyMetadata(other, { ...metadata, xattrs: [] }, FILE);
  assert.equal(calls.getXattr(other, 'system.posix_acl_access'), undefined);
});

test('applyMetadata() without permissions leaves owner and mode, but keeps what was read-only to its owner so', (t) => {
  const { file } = place(t);
  fs.chmodSync(file, 0o664);
  const owner = { uid: 12_345, gid: 12_345 };
  const options = { ...FILE, restorePermissions: false };
  applyMetadata(file, { owner: { ...owner, permissions: 0o755 }, attributes: 'ReadOnly' }, options);
  assert.deepEqual([fs.statSync(file).mode & 0o7777, fs.statSync(file).uid], [0o664, process.getuid?.()]);
  applyMetadata(file, { owner: { ...owner, permissions: 0o444 }, attributes: 'ReadOnly' }, options);
  assert.equal(fs.statSync(file).mode & 0o7777, 0o444);
  fs.chmodSync(file, 0o664);
  applyMetadata(file, { attributes: 'ReadOnly, Archive' }, options);
  assert.equal(fs.statSync(file).mode & 0o7777, 0o444);
});

test('applyMetadata() makes of a new file what it makes of any', (t) => {
  const { folder, file } = place(t);
  const calls = callsForXattrs(t, file);
  if (calls === undefined) return;
  const look = (path: string) => {
    const { mode, uid, gid, mtimeNs } = fs.lstatSync(path, { bigint: true });
    return { mode, uid, gid, mtimeNs, tag: calls.getXattr(path, 'user.tag') };
  };
  const lastWriteTicks = ticksFromUnixNs(1_234_567_890_123_456_700n);
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, permissions: 0o640 };
  const wanted: readonly Metadata[] = [
    { lastWriteTicks },
    { lastWriteTicks, owner, attributes: 'ReadOnly' },
    { lastWriteTicks, attributes: 'ReadOnly' },
    { lastWriteTicks, owner, xattrs: [['user.tag', Buffer.from('value')]] },
  ];
  for (const restorePermissions of [false, true])
    for (const [number, metadata] of wanted.entries()) {
      const made = ['any', 'new'].map((name) => join(folder, `${name}-${restorePermissions}-${number}`));
      for (const [index, path] of made.entries()) {
        fs.writeFileSync(path, 'content');
        const options = { ...FILE, restorePermissions, isNew: index === 1 };
        assert.deepEqual(applyMetadata(path, metadata, options), []);
      }
      const [ofAny, ofNew] = made.map(look);
      assert.deepEqual(ofNew, ofAny);
      assert.equal(ofAny?.mtimeNs, 1_234_567_890_123_456_700n);
    }
});

test('applyMetadata() looks owners up by name before it takes their numbers', (t) => {
  const { file } = place(t);
  if (!isRoot(t)) return;
  const owner = { uid: 4242, gid: 4243, permissions: 0o600, ownerName: 'root', groupName: 'no such group' };
  applyMetadata(file, { owner }, FILE);
  assert.deepEqual([fs.statSync(file).uid, fs.statSync(file).gid], [0, 4243]);
});

test('applyMetadata() on a link changes the link only, and only when asked', (t) => {
  const { folder, file } = place(t);
  const link = `${folder}/link`;
  fs.symlinkSync('file', link);
  const before = fs.statSync(file);
  const metadata = {
    lastWriteTicks: ticksFromUnixNs(123_456_789_100n),
    owner: { uid: before.uid, gid: before.gid, permissions: 0o777 },
  };
  const linkTime = fs.lstatSync(link).mtimeMs;
  assert.deepEqual(
    applyMetadata(link, metadata, { ...ALL, kind: 'symlink', restoreSymlinkMetadata: false }),
    [],
  );
  assert.equal(fs.lstatSync(link).mtimeMs, linkTime);
  assert.deepEqual(applyMetadata(link, metadata, { ...ALL, kind: 'symlink' }), []);
  assert.equal(Math.floor(fs.lstatSync(link).mtimeMs), 123_456);
  const after = fs.statSync(file);
  assert.deepEqual([after.mtimeMs, after.mode, after.ctimeMs], [before.mtimeMs, before.mode, before.ctimeMs]);
});

test('applyMetadata() touches nothing where a link lies in place of the restored file', (t) => {
  const { folder, file } = place(t);
  fs.symlinkSync('file', `${folder}/link`);
  const before = fs.statSync(file).ctimeMs;
  const metadata = { lastWriteTicks: 0n, owner: { uid: 1, gid: 1, permissions: 0o777 } };
  const problems = applyMetadata(`${folder}/link`, metadata, FILE);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['metadata-incomplete'],
  );
  assert.equal(fs.statSync(file).ctimeMs, before);
});

test('applyMetadata() as an ordinary user reports the owner and the setuid bit, and applies the rest', (t) => {
  const { folder, file } = place(t);
  if (!isRoot(t)) return;
  const nobody = 65_534;
  fs.chmodSync(folder, 0o755);
  fs.chownSync(file, nobody, nobody);
  t.after(() => process.seteuid?.(0));
  process.seteuid?.(nobody);
  const metadata = {
    owner: { uid: 0, gid: 0, permissions: 0o755 },
    extensions: { mode: 0o4755 },
    lastWriteTicks: ticksFromUnixNs(1_000_000_000n),
  };
  const problems = applyMetadata(file, metadata, FILE);
  process.seteuid?.(0);
  assert.deepEqual(
    problems.map(({ details }) => details['part']),
    ['owner', 'setuid and setgid bits'],
  );
  const stat = fs.statSync(file);
  assert.deepEqual([stat.mode & 0o7777, stat.uid, stat.mtimeMs], [0o755, nobody, 1000]);
});

test('readXattrs() of an entry that is gone throws, for that is no problem of its attributes', (t) => {
  const { folder } = place(t);
  if (nativeCalls() === undefined) return t.skip(nativeProblem());
  const problems: string[] = [];
  const path = `${folder}/gone`;
  assert.throws(() => readXattrs(path, path, problems), { code: 'ENOENT' });
  assert.deepEqual(problems, []);
});
