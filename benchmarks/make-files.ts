import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';

/** What a thread of `npm run bench:floors` makes, and nothing else: files of one length, some to a folder. */
export interface FilesToMake {
  readonly folder: string;
  readonly files: number;
  readonly filesAFolder: number;
  readonly bytes: number;
}

const { folder, files, filesAFolder, bytes }: FilesToMake = workerData;
const content = Buffer.alloc(bytes, 1);
mkdirSync(folder);
for (let made = 0; made < files; made++) {
  const parent = join(folder, `folder-${Math.floor(made / filesAFolder)}`);
  if (made % filesAFolder === 0) mkdirSync(parent);
  const file = openSync(join(parent, `file-${made}`), 'wx');
  writeSync(file, content);
  closeSync(file);
}
