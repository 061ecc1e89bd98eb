import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { decryptVolume } from './decrypt-volume.ts';
import type { Encryption } from './encrypted-file.ts';
import { reencryptVolume } from './reencrypt-volume.ts';
import { VolumeWriter } from './volume-writer.ts';

const NAME = 'duplicati-20260102T030405Z.dlist.zip.aes';

function aes(passphrase: string): Encryption {
  return { kind: 'aes', passphrase, version: 2, iterations: undefined, header: 'minimal' };
}

function setUp(t: test.TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-reencrypt-'));
  t.after(() => rmSync(folder, { recursive: true }));
  let files = 0;
  return (label: string) => join(folder, `${label}-${files++}`);
}

async function writeVolume(path: string) {
  const writer = new VolumeWriter(NAME, path, {
    compression: 'zip',
    archive: { method: 'None', level: 1, modifiedAt: new Date(0) },
    encryption: aes('old'),
    fileHash: 'SHA256',
  });
  writer.archive.add('filelist.json', Buffer.alloc(200_000, 'text'), 'compress');
  return writer.finish();
}

async function contentOf(path: string, passphrase: string, newPath: (label: string) => string) {
  const plain = await decryptVolume({ name: NAME, path }, { passphrase, gpg: {} }, newPath);
  const bytes = Buffer.from(plain.access.read(0, plain.access.sizeBytes));
  plain.close();
  return bytes;
}

test('reencryptVolume() keeps every byte, and only the new passphrase opens the result', async (t) => {
  const newPath = setUp(t);
  const old = await writeVolume(newPath('old'));
  const target = { encryption: aes('new'), fileHash: 'SHA256' } as const;
  const volume = { name: NAME, path: old.path };
  const file = await reencryptVolume(volume, { passphrase: 'old', gpg: {} }, target, newPath);
  assert.equal(file.sizeBytes, readFileSync(file.path).length);
  assert.deepEqual(await contentOf(file.path, 'new', newPath), await contentOf(old.path, 'old', newPath));
  await assert.rejects(contentOf(file.path, 'old', newPath), { code: 'wrong-passphrase' });
});

test('decryptVolume() takes the further passphrase where the first does not open the volume', async (t) => {
  const newPath = setUp(t);
  const { path } = await writeVolume(newPath('old'));
  const plain = await decryptVolume(
    { name: NAME, path },
    { passphrase: 'new', furtherPassphrase: 'old', gpg: {} },
    newPath,
  );
  plain.close();
});
