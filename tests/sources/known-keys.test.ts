/** Whoever knows only Duplicati's keys loses only what those cannot say. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, linkSync, lstatSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test from 'node:test';
import { decodePath } from '../../src/base/index.ts';
import { nativeCalls, nativeProblem } from '../../src/base/native/index.ts';
import { parseMetadataBlob, writeMetadataBlob } from '../../src/format/index.ts';
import { applyMetadata, type EntryKind, readMetadata } from '../../src/sources/index.ts';
import { describeTree } from '../support/describe-tree.ts';
import { hardToRemoveFolder } from '../support/hard-to-remove.ts';
import { runAshlar } from '../support/run-ashlar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DUPLICATI_KEY =
  /^(?:unix:(?:uid-gid-perm|owner-name|group-name)|unix-ext:.+|Core(?:Attributes|LastWritetime|Createtime|SymlinkTarget))$/;

test('readMetadata() puts what only Ashlar knows behind keys that stand for themselves', async (t) => {
  const calls = nativeCalls();
  if (calls === undefined) return t.skip(nativeProblem());
  const folder = await temporaryFolder(t);
  const of = (name: string) => join(folder, name);
  for (const name of ['plain', 'special-bits', 'linked', 'sparse']) writeFileSync(of(name), name);
  mkdirSync(of('sticky'));
  chmodSync(of('special-bits'), 0o6755);
  chmodSync(of('sticky'), 0o1777);
  linkSync(of('linked'), of('other-name'));
  truncateSync(of('sparse'), 10_000_000);
  symlinkSync('plain', of('link'));
  calls.makeFifo(of('fifo'), 0o640);

  for (const name of ['plain', 'special-bits', 'linked', 'sparse', 'sticky', 'link', 'fifo']) {
    const blob = readMetadata(of(name), { symlinks: 'store' }).blob;
    const keys = Object.keys(JSON.parse(blob.toString().slice(1)));
    const known = keys.filter((key) => DUPLICATI_KEY.test(key));
    const others = keys.slice(known.length);
    assert.deepEqual(keys, [...known, ...others], 'known keys come first');
    assert.ok(
      others.every((key) => key.startsWith('ashlar:')),
      String(others),
    );
    assert.equal(others.length > 0, name !== 'plain' && name !== 'link', name);
  }
});

test('applyMetadata() of the known keys alone restores all but special bits', async (t) => {
  if (nativeCalls() === undefined) return t.skip(nativeProblem());
  const folder = await temporaryFolder(t);
  const [original, copy] = [join(folder, 'original'), join(folder, 'copy')];
  for (const path of [original, copy]) writeFileSync(path, 'x');
  chmodSync(original, 0o4751);
  const { extensions, ...known } = parseMetadataBlob(
    readMetadata(original, { symlinks: 'store' }).blob,
    original,
  );
  assert.deepEqual(extensions, { mode: 0o4751 });
  const metadata = parseMetadataBlob(writeMetadataBlob(known), original);
  const rules = {
    kind: 'file' satisfies EntryKind,
    restorePermissions: true,
    restoreSymlinkMetadata: true,
  } as const;
  assert.deepEqual(applyMetadata(copy, metadata, rules), []);
  assert.equal(lstatSync(copy).mode & 0o7777, 0o751);
  assert.equal(lstatSync(copy).uid, lstatSync(original).uid);
});

test('backup stores a tree of which a reader of the known keys alone loses what those cannot say, and no more', (t) => {
  if (process.geteuid?.() !== 0) return t.skip('owners, devices and capabilities need root');
  if (nativeCalls() === undefined) return t.skip(nativeProblem());
  if (spawnSync('python3', ['--version']).status !== 0)
    return t.skip('NO PYTHON: nothing was read by another program');
  const folder = hardToRemoveFolder(t);
  const [tree, destination, restored] = ['tree', 'destination', 'restored'].map((name) => join(folder, name));
  if (tree === undefined || destination === undefined || restored === undefined) return;
  mkdirSync(tree);
  const scripts = join(import.meta.dirname, '..', 'support');
  const built = spawnSync('bash', [join(scripts, 'everything-tree.sh'), tree], {
    encoding: 'utf8',
    env: { ...process.env, MANY: '200' },
  });
  assert.equal(built.status, 0, built.stderr);
  const options = ['--no-encryption', '--zip-compression-method=Deflate', '--blocksize=100kb'];
  const { code, err } = runAshlar(folder, ['backup', destination, tree, ...options]);
  assert.equal(code, 0, err);
  const reader = spawnSync('python3', [join(scripts, 'restore-known-keys.py'), destination, tree, restored], {
    encoding: 'utf8',
  });
  assert.equal(reader.status, 0, reader.stderr);

  const [was, is] = [describeTree(tree), describeTree(restored)];
  assert.deepEqual(lines(is.entries), lines(was.entries).map(knownEntry).sort());
  assert.deepEqual(lines(is.sizes).filter(isSize), lines(was.sizes).map(knownName).filter(isSize).sort());
  assert.deepEqual(lines(is.acls), lines(was.acls));
  assert.deepEqual(is.capabilities, was.capabilities);
  assert.deepEqual(is.xattrs, was.xattrs.replace(/^user\.without-value=.*\n/m, ''));
  assert.equal(is.names, '', 'no file has two names');
  assert.equal(
    spawnSync('diff', ['-r', '--no-dereference', 'plain', join(restored, 'plain')], { cwd: tree }).status,
    0,
  );
});

/** Lines of access control lists that tell of special bits, which are told of anyhow, and of what became a file. */
function lines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('# flags: '))
    .sort();
}

/** What is no file, folder or link comes back as an empty file, of one name and without special bits. */
function knownEntry(line: string): string {
  const known = line.replace(/^[psbc] /, 'f ').replace(/^([fd]) [0-7](?=[0-7]{3} )/, '$1 ');
  return knownName(known.replace(/^([^d] \S+ \S+) \d+/, '$1 1')).replace(/^([fd]) 0{1,2}(?=\d )/, '$1 ');
}

/** Names that are not UTF-8 come back with private characters in them. */
function knownName(line: string): string {
  return Buffer.from(decodePath(Buffer.from(line, 'latin1'))).toString('latin1');
}

/** Sizes of files, not the space they take; what is special is no file in the source. */
function isSize(line: string): boolean {
  return / \.\//.test(line) && !/ \.\/special\/|\/fifo$/.test(line);
}
