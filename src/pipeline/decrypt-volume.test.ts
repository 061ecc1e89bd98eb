import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { cachedPages, dropFromCache } from '../../tests/support/page-cache.ts';
import { seededBytes } from '../../tests/support/seeded-random.ts';
import { decryptVolume } from './decrypt-volume.ts';
import type { Encryption } from './encrypted-file.ts';
import { VolumeWriter } from './volume-writer.ts';

const CONTENT = seededBytes(4 * 1024 * 1024, 1);
const PAGES = CONTENT.length / 4096;
const ENCRYPTIONS: readonly Encryption[] = [
  { kind: 'none' },
  { kind: 'aes', passphrase: 'secret', version: 2, iterations: undefined, header: 'minimal' },
];

for (const encryption of ENCRYPTIONS)
  test(`decryptVolume() in place leaves little of a volume in the cache (encryption: ${encryption.kind})`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'ashlar-decrypt-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'volume');
    const ending = encryption.kind === 'none' ? '' : '.aes';
    const name = `test-b0123456789abcdef0123456789abcdef.dblock.zip${ending}`;
    const writer = new VolumeWriter(name, path, {
      compression: 'zip',
      archive: { method: 'None', level: 1, modifiedAt: new Date(0) },
      encryption,
      fileHash: 'SHA256',
    });
    writer.archive.add('block', CONTENT, 'store');
    await writer.finish();
    if (!dropFromCache(t, path)) return;
    const newPath = () => assert.fail('nothing is written');
    const plain = await decryptVolume(
      { name, path, reading: 'in-place' },
      { passphrase: 'secret', gpg: {} },
      newPath,
    );
    const bytes = Buffer.from(plain.access.read(0, plain.access.sizeBytes));
    assert.ok(bytes.includes(CONTENT));
    assert.ok((cachedPages(path) ?? 0) > PAGES / 2);
    plain.close();
    assert.ok((cachedPages(path) ?? 0) < PAGES / 10);
  });
