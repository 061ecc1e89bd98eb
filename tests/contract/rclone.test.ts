import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { hasAbility, openDestination, type UploadSource } from '../../src/destinations/index.ts';
import { memorySource } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type ContractStorage, testDestinationContract } from './destination-contract.ts';

if (hasProgram('rclone')) {
  const storage = async (t: TestContext): Promise<ContractStorage & { readonly root: string }> => {
    const root = await temporaryFolder(t);
    const folder = join(root, 'remote', 'back up');
    await mkdir(folder, { recursive: true });
    const config = join(root, 'rclone.conf');
    await writeFile(config, `[far]\ntype = alias\nremote = ${join(root, 'remote')}\n`);
    return {
      root,
      open: () =>
        openDestination('rclone://far/back%20up', { settings: { 'rclone-config': config, tempdir: root } }),
      removeFolder: () => rm(folder, { recursive: true }),
      moreThanAPage: 50,
      // Debian's version writes a local file under its own name, whoever else does.
      keepsUploadsApart: false,
    };
  };
  testDestinationContract('rclone', storage);

  test('rclone: download() writes the bytes of a file to a local one', async (t) => {
    await using destination = await (await storage(t)).open();
    assert.ok(hasAbility(destination, 'download'));
    const path = join(await temporaryFolder(t), 'volume');
    const bytes = seededBytes(1_000_000, 8);
    await destination.put('volume', memorySource(bytes));
    await destination.download('volume', path);
    assert.ok(bytes.equals(await readFile(path)));
    await assert.rejects(destination.download('x', `${path}-2`), { code: 'destination-file-missing' });
  });

  test('rclone: put() that is given up leaves no copy of its source behind', async (t) => {
    const { root, open } = await storage(t);
    const destination = await open();
    for (let round = 0; round < 20; round++) {
      const controller = new AbortController();
      const source: UploadSource = {
        sizeBytes: 10,
        open: async function* () {
          yield new Uint8Array(1);
          controller.abort(new Error('enough'));
          await new Promise(() => {});
        },
      };
      const { signal } = controller;
      await assert.rejects(destination.put('volume', source, { signal }), /enough/);
    }
    await destination[Symbol.asyncDispose]();
    const copies = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('volume'));
    assert.deepEqual(copies, []);
  });
} else {
  test('rclone', (t) => t.skip('rclone is not installed'));
}
