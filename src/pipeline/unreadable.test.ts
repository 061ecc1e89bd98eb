import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import test from 'node:test';
import { hashFile } from './encrypted-file.ts';
import { isUnreadable } from './unreadable.ts';
import { openVolume } from './volume-reader.ts';

// A folder can be opened, and the system refuses to read it, as a disk does with a bad sector.
const FOLDER = tmpdir();

test('hashFile() names a volume whose bytes the system does not give', () => {
  assert.throws(
    () => hashFile(FOLDER, 'SHA256'),
    (error) => isUnreadable(error) && error.message.includes(`'${basename(FOLDER)}' cannot be read: EISDIR`),
  );
});

for (const name of ['duplicati-b0.dblock.zip', 'duplicati-b0.dblock.zip.aes'])
  test(`openVolume() of '${name}' names it where the system does not give its bytes`, async () => {
    const keys = { passphrase: 'some words', gpg: {} };
    const guid = '0123456789abcdef0123456789abcdef';
    const volume = { name: name.replace('b0', `b${guid}`), path: FOLDER };
    for (const toRead of [volume, { ...volume, reading: 'in-place' } as const]) {
      await assert.rejects(
        openVolume(toRead, keys, () => assert.fail('no temporary file is needed')),
        (error) => isUnreadable(error) && error.details['volume'] === volume.name,
      );
    }
  });
