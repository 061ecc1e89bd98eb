/**
 * `npm run bench:floors`: what single steps take on this machine, through Node and, but for the last, on one core,
 * with nothing around them. Writes `docs/benchmarks-floors.md`.
 */
import { createCipheriv, createHash } from 'node:crypto';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { zstdDecoder, zstdEncoder } from '../src/compression/sync-codec.ts';
import { ContentMaker } from './content.ts';
import type { FilesToMake } from './make-files.ts';
import { table } from './table.ts';

const REPORT = 'docs/benchmarks-floors.md';
/** Of Zstandard, in new destinations. */
const LEVEL = 2;
const LEAST_SECONDS = 1;
const BLOCK_BYTES = 1024 * 1024;
/** About the mean length of the files of the corpus of small ones. */
const SMALL_BYTES = 20 * 1024;
const FILES = 4000;
/** The corpus of small files, as a restore of it by two threads would make it if nothing else had to be done. */
const RESTORED = { threads: 2, files: 170_000, filesAFolder: 40 } as const;

const folder = mkdtempSync(join(tmpdir(), 'ashlar-floors-'));
try {
  const rows = [...bytesSteps(), ...fileSteps(join(folder, 'files')), await restoredFiles()];
  writeFileSync(REPORT, render(rows));
  console.log(`Written: ${REPORT}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Steps whose time grows with the bytes, in MB/s of what goes in. */
function bytesSteps(): string[][] {
  const maker = new ContentMaker(9);
  const [text, random] = [maker.make('text', BLOCK_BYTES), maker.make('random', BLOCK_BYTES)];
  // The same bytes again and again would be learnt by the processor.
  const smalls = Array.from({ length: 1000 }, () => maker.make('text', SMALL_BYTES));
  let turn = 0;
  const small = () => smalls[turn++ % smalls.length] ?? text;
  const output = Buffer.alloc(2 * BLOCK_BYTES);
  using encoder = zstdEncoder(LEVEL);
  using smallEncoder = zstdEncoder(LEVEL);
  using decoder = zstdDecoder();
  encoder.step(text, output, 'last');
  const encoded = Buffer.from(output.subarray(0, encoder.producedBytes));
  const cipher = createCipheriv('aes-256-cbc', Buffer.alloc(32), Buffer.alloc(16));
  const path = join(folder, 'large');
  const file = openSync(path, 'w+');
  const write = () => writeSync(file, random, 0, BLOCK_BYTES, (written++ % 200) * BLOCK_BYTES);
  let written = 0;
  const steps: [string, number, () => unknown][] = [
    ['SHA-256 of blocks of 1 MiB', BLOCK_BYTES, () => createHash('sha256').update(text).digest()],
    [
      `SHA-256 of ${SMALL_BYTES / 1024} KiB at a time`,
      SMALL_BYTES,
      () => createHash('sha256').update(small()).digest(),
    ],
    [`Zstandard ${LEVEL} of text in blocks of 1 MiB`, BLOCK_BYTES, () => encoder.step(text, output, 'last')],
    [
      `Zstandard ${LEVEL} of text, ${SMALL_BYTES / 1024} KiB at a time`,
      SMALL_BYTES,
      () => smallEncoder.step(small(), output, 'last'),
    ],
    [`Zstandard ${LEVEL} of random bytes`, BLOCK_BYTES, () => encoder.step(random, output, 'last')],
    ['unpacking of text, MB/s of what comes out', BLOCK_BYTES, () => decoder.step(encoded, output, 'last')],
    ['AES-256-CBC', 64 * 1024, () => cipher.update(random.subarray(0, 64 * 1024))],
    ['writing to a file, not flushed', BLOCK_BYTES, write],
    [
      'reading it from memory',
      BLOCK_BYTES,
      () => readSync(file, output, 0, BLOCK_BYTES, (written++ % 200) * BLOCK_BYTES),
    ],
  ];
  const rows = steps.map(([name, bytes, step]) => [name, `${(bytes / perCall(step) / 1e6).toFixed(0)} MB/s`]);
  closeSync(file);
  return rows;
}

/** Steps whose time grows with the files, in microseconds each. */
function fileSteps(files: string): string[][] {
  mkdirSync(files);
  const bytes = Buffer.alloc(SMALL_BYTES, 1);
  const paths = Array.from({ length: FILES }, (_, index) => join(files, `file-${index}`));
  const made = each(paths, (path) => {
    const file = openSync(path, 'w');
    writeSync(file, bytes);
    closeSync(file);
  });
  const target = Buffer.alloc(SMALL_BYTES);
  const read = each(paths, (path) => {
    const file = openSync(path, 'r');
    readSync(file, target, 0, SMALL_BYTES, 0);
    closeSync(file);
  });
  const looked = each(paths, (path) => lstatSync(path));
  const listed = perCall(() => readdirSync(files, { withFileTypes: true })) / FILES;
  return [
    [`creating a file of ${SMALL_BYTES / 1024} KiB`, micro(made)],
    ['opening, reading and closing it, from memory', micro(read)],
    ['its status (lstat)', micro(looked)],
    ['its name and kind, of a folder that is listed', micro(listed)],
  ];
}

/** How long it takes to make so many small files with nothing but their content, by threads at the same time. */
async function restoredFiles(): Promise<string[]> {
  const { threads, files, filesAFolder } = RESTORED;
  const before = process.hrtime.bigint();
  await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      const order: FilesToMake = {
        folder: join(folder, `restored-${thread}`),
        files: files / threads,
        filesAFolder,
        bytes: SMALL_BYTES,
      };
      const worker = new Worker(new URL('./make-files.ts', import.meta.url), { workerData: order });
      return new Promise<void>((resolve, reject) => {
        worker.once('error', reject);
        worker.once('exit', () => resolve());
      });
    }),
  );
  const seconds = Number(process.hrtime.bigint() - before) / 1e9;
  return [
    `making ${files.toLocaleString('en-US')} files of ${SMALL_BYTES / 1024} KiB, in ${threads} threads`,
    `${seconds.toFixed(1)} s`,
  ];
}

function each(paths: readonly string[], step: (path: string) => unknown): number {
  const before = process.hrtime.bigint();
  for (const path of paths) step(path);
  return Number(process.hrtime.bigint() - before) / 1e9 / paths.length;
}

/** Seconds of one call, warm. */
function perCall(step: () => unknown): number {
  for (let count = 0; count < 20; count++) step();
  let calls = 0;
  const before = process.hrtime.bigint();
  for (let seconds = 0; seconds < LEAST_SECONDS; calls++) {
    step();
    seconds = Number(process.hrtime.bigint() - before) / 1e9;
  }
  return Number(process.hrtime.bigint() - before) / 1e9 / calls;
}

function micro(seconds: number): string {
  return `${(seconds * 1e6).toFixed(1)} µs`;
}

function render(rows: readonly (readonly string[])[]): string {
  return [
    '# What single steps take',
    '',
    `Written by \`npm run bench:floors\` on ${new Date().toISOString().slice(0, 10)}, on ${cpus()[0]?.model ?? 'an unknown kind'} with Node ${process.versions.node}, on one core but for the last, with nothing around the step. See [performance.md](performance.md) for what becomes of it.`,
    '',
    ...table(['step', 'rate or time'], rows),
    '',
  ].join('\n');
}
