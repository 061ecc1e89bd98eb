/** Every structure in Duplicati's own backups, read and written again, must give the same bytes. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { accessBytes, memoryScratch } from '../../src/base/index.ts';
import { type ArchiveReader, isArchiveModule, openArchive } from '../../src/compression/index.ts';
import { createAesCryptDecryptor, hashBytes, hashSizeBytes } from '../../src/crypto/index.ts';
import {
  blockHashOfEntryName,
  classifyListing,
  eachBlock,
  FILELIST_ENTRY,
  FILESET_ENTRY,
  filelistPart,
  filelistPieces,
  type ListedVolume,
  MANIFEST_ENTRY,
  type Manifest,
  type MetadataReference,
  parseDindexEntryName,
  parseDindexVolume,
  parseFilesetMarker,
  parseManifest,
  parseMetadataBlob,
  parseVerificationFile,
  parseVolumeName,
  readFilelist,
  writeDindexVolume,
  writeFilesetMarker,
  writeManifest,
  writeMetadataBlob,
  writeVerificationFile,
} from '../../src/format/index.ts';
import { type FixtureCase, fixtureCases } from '../support/fixture-cases.ts';

const LONGEST_ENTRY_BYTES = 1e8;

interface OpenVolume {
  readonly name: string;
  readonly kind: string;
  readonly archive: ArchiveReader;
  readonly manifest: Manifest;
}

const cases = fixtureCases();
if (cases.length === 0) {
  test('the structures of Duplicati', (t) => t.skip('NO FIXTURES: nothing was compared with Duplicati'));
}

for (const fixture of cases) {
  test(`every structure of '${fixture.name}' is written again as Duplicati wrote it`, async (t) => {
    const metadata = new Map<string, MetadataReference>();
    const blocks = new Map<string, Buffer>();
    for (const listed of ownVolumes(fixture)) {
      if (listed.volume.encryption === 'gpg') return t.skip('gpg volumes are the matter of another test');
      await withVolume(fixture, listed, (volume) => {
        if (volume.kind === 'dlist') checkDlist(volume, metadata);
        else if (volume.kind === 'dindex') checkDindex(volume);
        else readBlocks(volume, blocks);
      });
    }
    checkMetadata(metadata, blocks, t);
  });
}

for (const fixture of cases.filter((one) => one.name.includes('verification'))) {
  test(`the verification file of '${fixture.name}' is written again as Duplicati wrote it`, () => {
    const name = `${fixture.prefix}-verification.json`;
    const bytes = readFileSync(join(fixture.destination, name));
    assert.equal(writeVerificationFile(parseVerificationFile(bytes, name)).toString(), bytes.toString());
  });
}

function ownVolumes(fixture: FixtureCase): readonly ListedVolume<{ readonly name: string }>[] {
  const files = readdirSync(fixture.destination).map((name) => ({ name }));
  const listing = classifyListing(files, fixture.prefix);
  assert.deepEqual([listing.otherPrefixes, listing.duplicates], [[], []]);
  assert.ok(listing.unknown.every((file) => file.name === `${fixture.prefix}-verification.json`));
  assert.equal(listing.parity.length > 0, fixture.name === 'parity');
  return listing.volumes;
}

async function withVolume(
  fixture: FixtureCase,
  listed: ListedVolume<{ readonly name: string }>,
  check: (volume: OpenVolume) => void,
): Promise<void> {
  const { name } = listed.file;
  const { kind, compression, encryption } = listed.volume;
  assert.ok(isArchiveModule(compression));
  const stored = readFileSync(join(fixture.destination, name));
  const plain = encryption === 'aes' ? decrypt(stored, fixture.passphrase ?? '') : stored;
  using archive = await openArchive(compression, accessBytes(plain), {
    volumeName: name,
    scratch: memoryScratch,
  });
  const manifestBytes = contentOf(archive, MANIFEST_ENTRY);
  const manifest = parseManifest(manifestBytes, name);
  const { createdMs, appVersion } = manifest;
  assert.ok(createdMs !== undefined && appVersion !== undefined);
  assert.deepEqual(writeManifest({ ...manifest, createdMs, appVersion }), manifestBytes);
  check({ name, kind, archive, manifest });
}

function checkDlist({ name, archive }: OpenVolume, metadata: Map<string, MetadataReference>): void {
  const marker = contentOf(archive, FILESET_ENTRY);
  assert.deepEqual(writeFilesetMarker(parseFilesetMarker(marker, name)), marker);
  const list = contentOf(archive, FILELIST_ENTRY);
  const entries = [...readFilelist([list], name)].flat();
  assert.ok(entries.length > 0);
  assert.equal(Buffer.concat([...filelistPieces([filelistPart(entries)])]).toString(), list.toString());
  for (const entry of entries) {
    if (entry.metadata !== undefined) metadata.set(entry.metadata.hash, entry.metadata);
  }
}

function checkDindex({ name, archive, manifest }: OpenVolume): void {
  const hashSize = hashSizeBytes(manifest.blockHash);
  for (const entry of archive.entries) {
    const parsed = parseDindexEntryName(entry.name);
    const content = archive.read(entry, LONGEST_ENTRY_BYTES);
    if (parsed === undefined) assert.equal(entry.name, MANIFEST_ENTRY);
    else if (parsed.kind === 'list') {
      assert.deepEqual(hashBytes(manifest.blockHash, content), parsed.hash);
      assert.equal(content.length % hashSize, 0);
    } else {
      assert.equal(parseVolumeName(parsed.volumeName)?.kind, 'dblock');
      const { blocks, proof } = parseDindexVolume(content, hashSize, name);
      assert.equal(writeDindexVolume(eachBlock(blocks), proof).toString(), content.toString());
    }
  }
}

function readBlocks({ archive, manifest }: OpenVolume, blocks: Map<string, Buffer>): void {
  for (const entry of archive.entries) {
    if (entry.name === MANIFEST_ENTRY) continue;
    const content = archive.read(entry, LONGEST_ENTRY_BYTES);
    const hash = hashBytes(manifest.blockHash, content);
    assert.deepEqual(blockHashOfEntryName(entry.name), hash);
    blocks.set(hash.toString('base64'), content);
  }
}

/** Rewrites every metadata blob of one block. */
function checkMetadata(
  metadata: Map<string, MetadataReference>,
  blocks: Map<string, Buffer>,
  t: TestContext,
): void {
  let compared = 0;
  for (const { hash, blockHash = hash, blocklists } of metadata.values()) {
    const blob = blocklists === undefined ? blocks.get(blockHash) : undefined;
    if (blob === undefined) continue;
    assert.equal(writeMetadataBlob(parseMetadataBlob(blob, hash)).toString(), blob.toString());
    compared++;
  }
  assert.ok(compared > 0);
  t.diagnostic(`${compared} of ${metadata.size} metadata blobs compared`);
}

function contentOf(archive: ArchiveReader, name: string): Buffer {
  const entry = archive.find(name);
  assert.ok(entry !== undefined, `${name} is missing`);
  return archive.read(entry, LONGEST_ENTRY_BYTES);
}

function decrypt(bytes: Uint8Array, passphrase: string): Buffer {
  const decryptor = createAesCryptDecryptor({ passphrase });
  return Buffer.concat([decryptor.update(bytes), decryptor.final()]);
}
