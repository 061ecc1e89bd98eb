import { closeSync, fstatSync, openSync, readSync, utimesSync, writeSync } from 'node:fs';
import { ContentMaker } from './content.ts';
import { listFiles } from './corpus.ts';

/** Bytes that were overwritten. */
interface Change {
  readonly path: string;
  readonly offset: number;
  readonly before: Buffer;
  readonly atime: Date;
  readonly mtime: Date;
}

const LARGEST_CHANGE_BYTES = 64 * 1024;
/**
 * With fewer files than this, one per cent of the bytes of each file is changed instead of one per cent of
 * the files.
 */
const FEW_FILES = 100;
/** Changes of a huge file lie apart, as those of a database do. */
const HUGE_CHANGES = 20;

/** Changes the files of a corpus, always the same way, and can take everything back. */
export class Changes {
  readonly #made: Change[] = [];

  /** Changes one per cent of a folder. */
  onePercent(folder: string): void {
    const files = listFiles(folder);
    const maker = new ContentMaker(3);
    if (files.length >= FEW_FILES) this.#changeFiles(files, 50, maker);
    else for (const path of files) this.#overwrite(path, { share: 0.01, at: 0.5 }, maker);
  }

  /** Changes a hundredth of the files, another one for each number from 0 to 99. */
  slice(folder: string, number: number): void {
    this.#changeFiles(listFiles(folder), number % 100, new ContentMaker(number));
  }

  /** Changes one thousandth of the bytes of each file, in several places. */
  oneThousandth(folder: string): void {
    const maker = new ContentMaker(3);
    for (const path of listFiles(folder))
      for (let place = 0; place < HUGE_CHANGES; place++)
        this.#overwrite(path, { share: 0.001 / HUGE_CHANGES, at: (place + 0.5) / HUGE_CHANGES }, maker);
  }

  /** Makes all files what they were, times included. */
  takeBack(): void {
    for (const change of this.#made.splice(0).reverse()) takeBack(change);
  }

  #changeFiles(files: readonly string[], remainder: number, maker: ContentMaker): void {
    for (const [index, path] of files.entries())
      if (index % 100 === remainder)
        this.#overwrite(path, { share: 1, at: 0.5, most: LARGEST_CHANGE_BYTES }, maker);
  }

  /** Overwrites a share of a file around a place from 0 to 1. */
  #overwrite(path: string, part: { share: number; at: number; most?: number }, maker: ContentMaker): void {
    const { share, at, most = Number.POSITIVE_INFINITY } = part;
    const file = openSync(path, 'r+');
    try {
      const { size, atime, mtime } = fstatSync(file);
      const length = Math.min(Math.ceil(size * share), most);
      const offset = Math.max(0, Math.floor(size * at - length / 2));
      const before = Buffer.alloc(Math.min(length, size - offset));
      readSync(file, before, 0, before.length, offset);
      writeSync(file, maker.make('text', before.length), 0, before.length, offset);
      this.#made.push({ path, offset, before, atime, mtime });
    } finally {
      closeSync(file);
    }
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
