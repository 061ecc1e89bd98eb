import { closeSync, fstatSync, openSync, readSync, utimesSync, writeSync } from 'node:fs';
import { ContentMaker } from './content.ts';
import { listFiles } from './corpus.ts';

/** A change in one file that can be taken back. */
interface Change {
  readonly path: string;
  readonly offset: number;
  readonly before: Buffer;
  readonly atime: Date;
  readonly mtime: Date;
}

const LARGEST_CHANGE_BYTES = 64 * 1024;
/** With fewer files than this, one per cent of the bytes of each file is changed instead of one per cent of the files. */
const FEW_FILES = 100;

/** Changes one per cent of a folder, always the same one. Call the result to take the changes back. */
export function changeOnePercent(folder: string): () => void {
  const files = listFiles(folder);
  const maker = new ContentMaker(3);
  const chosen = files.length < FEW_FILES ? files : files.filter((_, index) => index % 100 === 50);
  const changes = chosen.map((path) => overwrite(path, files.length < FEW_FILES, maker));
  return () => {
    for (const change of changes) takeBack(change);
  };
}

function overwrite(path: string, isPart: boolean, maker: ContentMaker): Change {
  const file = openSync(path, 'r+');
  try {
    const { size, atime, mtime } = fstatSync(file);
    const length = isPart ? Math.ceil(size / 100) : Math.min(size, LARGEST_CHANGE_BYTES);
    const offset = Math.floor((size - length) / 2);
    const before = Buffer.alloc(length);
    readSync(file, before, 0, length, offset);
    writeSync(file, maker.make('text', length), 0, length, offset);
    return { path, offset, before, atime, mtime };
  } finally {
    closeSync(file);
  }
}

function takeBack({ path, offset, before, atime, mtime }: Change): void {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, before, 0, before.length, offset);
  } finally {
    closeSync(file);
  }
  utimesSync(path, atime, mtime);
}
