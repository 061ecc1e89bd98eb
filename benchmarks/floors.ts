/**
 * `npm run bench:floors`: what single steps take on this machine, on one core and through Node, with nothing
 * around them. Writes `docs/benchmarks-floors.md`.
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
import { zstdDecoder, zstdEncoder } from '../src/compression/sync-codec.ts';
import { ContentMaker } from './content.ts';
import { table } from './table.ts';

const REPORT = 'docs/benchmarks-floors.md';
const LEAST_SECONDS = 1;
const BLOCK_BYTES = 1024 * 1024;
/** About the mean length of the files of the corpus of small ones. */
const SMALL_BYTES = 20 * 1024;
const FILES = 4000;

const folder = mkdtempSync(join(tmpdir(), 'ashlar-floors-'));
try {
  const rows = [...bytesSteps(), ...fileSteps(join(folder, 'files'))];
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
  using encoder = zstdEncoder(3);
  using smallEncoder = zstdEncoder(3);
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
    ['Zstandard 3 of text in blocks of 1 MiB', BLOCK_BYTES, () => encoder.step(text, output, 'last')],
    [
      `Zstandard 3 of text, ${SMALL_BYTES / 1024} KiB at a time`,
      SMALL_BYTES,
      () => smallEncoder.step(small(), output, 'last'),
    ],
    ['Zstandard 3 of random bytes', BLOCK_BYTES, () => encoder.step(random, output, 'last')],
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
    `Written by \`npm run bench:floors\` on ${new Date().toISOString().slice(0, 10)}, on one core of ${cpus()[0]?.model ?? 'an unknown kind'} with Node ${process.versions.node}, with nothing around the step. See [performance.md](performance.md) for what becomes of it.`,
    '',
    ...table(['step', 'rate or time'], rows),
    '',
  ].join('\n');
}
