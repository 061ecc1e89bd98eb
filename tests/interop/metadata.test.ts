import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { accessBytes, FormatError, memoryScratch } from '../../src/base/index.ts';
import { nativeCalls, nativeProblem } from '../../src/base/native/index.ts';
import { openArchive } from '../../src/compression/index.ts';
import { createAesCryptDecryptor } from '../../src/crypto/index.ts';
import { type Metadata, parseMetadataBlob } from '../../src/format/index.ts';
import { applyMetadata, type EntryKind, readMetadata } from '../../src/sources/index.ts';
import { findFixture } from '../support/fixtures.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LONGEST_BLOB_BYTES = 100_000;
const BLOB_START = Buffer.from('\ufeff{"');

for (const name of ['plain-100kb', 'zip-none', 'metadata-large']) {
  test(`readMetadata() gives Duplicati's bytes again for what applyMetadata() restored of '${name}'`, async (t) => {
    const fixture = findFixture(name);
    if (fixture === undefined) return t.skip(`NO FIXTURES: ${name} is missing, nothing was compared`);
    if (process.geteuid?.() !== 0) return t.skip('owners are restored by root only');
    if (nativeCalls() === undefined) return t.skip(nativeProblem());
    const folder = await temporaryFolder(t);
    let compared = 0;
    for await (const blob of metadataBlobs(fixture)) {
      const metadata = parseMetadataBlob(blob, 'x');
      if (!isComparable(metadata, t)) continue;
      compared += 1;
      const place = `${folder}/${compared}`;
      mkdirSync(place);
      const { path, kind } = makeEntry(place, metadata);
      const problems = applyMetadata(path, metadata, {
        kind,
        restorePermissions: true,
        restoreSymlinkMetadata: true,
      });
      assert.deepEqual(problems, []);
      assert.equal(readMetadata(path, { symlinks: 'store' }).blob.toString(), blob.toString());
    }
    assert.ok(compared > 10);
    t.diagnostic(`${compared} blobs compared`);
  });
}

/** Blobs of one block in all dblocks of a case. */
async function* metadataBlobs(fixture: string): AsyncGenerator<Buffer> {
  const { passphrase } = JSON.parse(readFileSync(`${fixture}/case.json`, 'utf8'));
  for (const volumeName of readdirSync(`${fixture}/destination`).filter((name) =>
    name.includes('.dblock.'),
  )) {
    const stored = readFileSync(`${fixture}/destination/${volumeName}`);
    const plain = volumeName.endsWith('.aes') ? decrypt(stored, passphrase) : stored;
    using archive = await openArchive('zip', accessBytes(plain), { volumeName, scratch: memoryScratch });
    for (const entry of archive.entries) {
      if (entry.sizeBytes > LONGEST_BLOB_BYTES) continue;
      const content = archive.read(entry, LONGEST_BLOB_BYTES);
      if (content.subarray(0, BLOB_START.length).equals(BLOB_START) && isBlob(content)) yield content;
    }
  }
}

function decrypt(bytes: Buffer, passphrase: string): Buffer {
  const decryptor = createAesCryptDecryptor({ passphrase });
  return Buffer.concat([decryptor.update(bytes).slice(), decryptor.final()]);
}

/** The manifest looks alike, and so does the first block of a blob that has several. */
function isBlob(content: Buffer): boolean {
  try {
    return parseMetadataBlob(content, 'x').lastWriteTicks !== undefined;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/**
 * Accounts of the machine that made the backup may have other names here, and creation times before the
 * modification cannot be set.
 */
function isComparable(metadata: Metadata, t: TestContext): boolean {
  const { owner, createTicks, lastWriteTicks } = metadata;
  const calls = nativeCalls();
  const isSameOwner =
    owner === undefined ||
    (calls?.userName(owner.uid) === owner.ownerName && calls?.groupName(owner.gid) === owner.groupName);
  if (!isSameOwner) t.diagnostic(`not compared: ${owner.uid} is another account here`);
  const isMakable = !(isReadOnly(metadata) && metadata.symlinkTarget?.startsWith('/') === true);
  if (!isMakable) t.diagnostic(`not compared: the target of a link, ${metadata.symlinkTarget}, is not here`);
  return isSameOwner && isMakable && createTicks === lastWriteTicks;
}

function isReadOnly(metadata: Metadata): boolean {
  return metadata.attributes?.includes('ReadOnly') === true;
}

function makeEntry(folder: string, metadata: Metadata): { readonly path: string; readonly kind: EntryKind } {
  const attributes = metadata.attributes?.split(', ') ?? [];
  const path = `${folder}/${attributes.includes('Hidden') ? '.entry' : 'entry'}`;
  if (metadata.symlinkTarget !== undefined) {
    symlinkSync(metadata.symlinkTarget, path);
    // A link is as read-only as what it leads to.
    if (isReadOnly(metadata)) writeFileSync(`${folder}/${metadata.symlinkTarget}`, '', { mode: 0o444 });
    return { path: attributes.includes('Directory') ? `${path}/` : path, kind: 'symlink' };
  }
  if (attributes.includes('Directory')) {
    mkdirSync(path);
    return { path: `${path}/`, kind: 'folder' };
  }
  writeFileSync(path, '');
  return { path, kind: 'file' };
}
