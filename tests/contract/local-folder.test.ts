import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDestination } from '../../src/destinations/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testDestinationContract } from './destination-contract.ts';

testDestinationContract('local folder', async (t) => {
  const folder = join(await temporaryFolder(t), 'backup');
  await mkdir(folder);
  return {
    open: () => openDestination(folder),
    removeFolder: () => rm(folder, { recursive: true }),
    pieceBytes: 512 * 1024,
  };
});
