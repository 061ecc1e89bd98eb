import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { cachedPages, dropFromCache } from '../../../tests/support/page-cache.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import { flushStoredFile } from './flush.ts';

const PAGE_BYTES = 4096;

for (const [length, megabytes, keeps] of [
  ['long', 20, 'lets go'],
  ['short', 2, 'keeps'],
] as const)
  test(`flushStoredFile() ${keeps} of what the system holds of a ${length} file`, async (t) => {
    const path = join(await temporaryFolder(t), 'file');
    const content = Buffer.alloc(megabytes * 1024 * 1024, 'content ');
    writeFileSync(path, content);
    if (!dropFromCache(t, path)) return;
    writeFileSync(path, content);
    const handle = await open(path, 'r+');
    await flushStoredFile(handle);
    await handle.close();
    const share = (cachedPages(path) ?? 0) / (content.length / PAGE_BYTES);
    assert.ok(keeps === 'keeps' ? share > 0.5 : share < 0.1, `${share} of it is in the cache`);
  });
