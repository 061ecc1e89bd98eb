/**
 * Copies the files of a folder to a destination or back, as a backup would move its volumes:
 * `transfer.ts up|down <url> <folder> <options as JSON>`.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pool, silentLog } from '../../src/base/index.ts';
import { nativeCalls } from '../../src/base/native/index.ts';
import { openDestination } from '../../src/destinations/index.ts';
import { emptyStatistics, Remote } from '../../src/transfer/index.ts';
import { PARALLEL_TRANSFERS } from './transfers.ts';

const [direction = '', url = '', folder = '', options = '{}'] = process.argv.slice(2);
nativeCalls()?.keepHeapLean();
await using destination = await openDestination(url, { settings: JSON.parse(options) });
const remote = new Remote(
  destination,
  { retry: { retries: 0, delayMs: 0, growth: 'constant' }, folder: 'create' },
  { log: silentLog, signal: new AbortController().signal, statistics: emptyStatistics() },
);
const stored = await remote.list();
if (direction === 'up')
  await pool(PARALLEL_TRANSFERS, readdirSync(folder), (name) => {
    const path = join(folder, name);
    return remote.put(name, { path, sizeBytes: statSync(path).size });
  });
else
  await pool(PARALLEL_TRANSFERS, stored, async ({ name }) => {
    await remote.fetch(name, () => join(folder, name));
  });
