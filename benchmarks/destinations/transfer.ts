/** Copies the files of a folder to a destination or back, as a backup would move its volumes: `transfer.ts up|down <url> <folder> <options as JSON>`. */
import { createReadStream, createWriteStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pool } from '../../src/base/index.ts';
import { type Destination, hasAbility, openDestination } from '../../src/destinations/index.ts';
import { PARALLEL_TRANSFERS } from './transfers.ts';

const [direction = '', url = '', folder = '', options = '{}'] = process.argv.slice(2);
await using destination = await openDestination(url, { settings: JSON.parse(options) });
if (direction === 'up') await upload(destination);
else await download(destination);

async function upload(target: Destination): Promise<void> {
  if (hasAbility(target, 'createFolder')) await target.createFolder();
  await pool(PARALLEL_TRANSFERS, readdirSync(folder), async (name) => {
    const path = join(folder, name);
    await target.put(name, { path, sizeBytes: statSync(path).size, open: () => createReadStream(path) });
  });
}

async function download(from: Destination): Promise<void> {
  const names: string[] = [];
  for await (const { name } of from.list()) names.push(name);
  await pool(PARALLEL_TRANSFERS, names, (name) =>
    pipeline(Readable.from(from.get(name)), createWriteStream(join(folder, name))),
  );
}
