import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openDestination } from '../../src/destinations/index.ts';
import { hasProgram } from '../support/servers/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testDestinationContract } from './destination-contract.ts';

if (hasProgram('rclone')) {
  testDestinationContract('rclone', async (t) => {
    const root = await temporaryFolder(t);
    const folder = join(root, 'remote', 'back up');
    await mkdir(folder, { recursive: true });
    const config = join(root, 'rclone.conf');
    await writeFile(config, `[far]\ntype = alias\nremote = ${join(root, 'remote')}\n`);
    return {
      open: () =>
        openDestination('rclone://far/back%20up', { settings: { 'rclone-config': config, tempdir: root } }),
      removeFolder: () => rm(folder, { recursive: true }),
      moreThanAPage: 50,
      // Debian's version writes a local file under its own name, whoever else does.
      keepsUploadsApart: false,
    };
  });
} else {
  test('rclone', (t) => t.skip('rclone is not installed'));
}
