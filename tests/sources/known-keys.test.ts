/** Whoever knows only Duplicati's keys loses only what those cannot say. */
import assert from 'node:assert/strict';
import { chmodSync, linkSync, lstatSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { nativeCalls, nativeProblem } from '../../src/base/native/index.ts';
import { parseMetadataBlob, writeMetadataBlob } from '../../src/format/index.ts';
import { applyMetadata, type EntryKind, readMetadata } from '../../src/sources/index.ts';
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
