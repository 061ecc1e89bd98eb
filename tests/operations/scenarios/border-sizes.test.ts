/**
 * Files whose sizes lie around every border of blocks, blocklists and volumes, in three generations: new,
 * copied, and new again under other names (operations reference 12.2).
 */
import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { longTest } from '../../faults/extent.ts';
import { createEngine, type MemoryEngine } from '../../support/engine.ts';
import { History } from '../../support/history.ts';
import { assertSound } from '../../support/oracle.ts';
import { seededBytes } from '../../support/seeded-random.ts';

interface Variant {
  readonly options: readonly string[];
  readonly blocksizeBytes: number;
  /** Length of the large files, about. */
  readonly baseBlocks: number;
  /** Which files the second run opens. */
  readonly opens?: 'new' | 'all';
  /** Whether versions restore with their metadata. */
  readonly metadata?: 'none';
}

const KB = 1024;
const SMALL = { blocksizeBytes: 10 * KB, baseBlocks: 64 };
/**
 * The number of blocks that the reference names; the default run takes fewer of them, which still need
 * several blocklists.
 */
const WHOLE = { blocksizeBytes: 10 * KB, baseBlocks: 1024 };

const SHORT: Readonly<Record<string, Variant>> = {
  'blocks of 1 KiB': { options: ['--blocksize=1kb'], blocksizeBytes: KB, baseBlocks: 64 },
  'mixed hash algorithms': {
    ...SMALL,
    options: ['--block-hash-algorithm=MD5', '--file-hash-algorithm=SHA512'],
  },
  'no index files': { ...SMALL, options: ['--index-file-policy=None'] },
};

const LONG: Readonly<Record<string, Variant>> = {
  'blocks of 10 KiB': { ...WHOLE, options: [] },
  'blocks of 100 KiB': {
    ...SMALL,
    blocksizeBytes: 100 * KB,
    options: ['--blocksize=100kb', '--dblock-size=2mb'],
  },
  'blocks of 12345 bytes': { ...WHOLE, blocksizeBytes: 12_345, options: ['--blocksize=12345b'] },
  'blocks of 10 MiB': {
    options: ['--blocksize=10mb', '--dblock-size=50mb'],
    blocksizeBytes: 10 * KB * KB,
    baseBlocks: 2,
  },
  'no metadata': { ...SMALL, options: ['--skip-metadata=true'], metadata: 'none' },
  MD5: { ...SMALL, options: ['--block-hash-algorithm=MD5', '--file-hash-algorithm=MD5'] },
  SHA384: { ...SMALL, options: ['--block-hash-algorithm=SHA384', '--file-hash-algorithm=SHA384'] },
  'index files without blocklists': { ...SMALL, options: ['--index-file-policy=Lookup'] },
  'times of files alone compared': { ...SMALL, options: ['--check-filetime-only=true'] },
  'no times compared': { ...SMALL, options: ['--disable-filetime-check=true'], opens: 'all' },
};

function borderSizes({ blocksizeBytes, baseBlocks }: Variant): number[] {
  const base = baseBlocks * blocksizeBytes;
  const around = [0, 1, -1, 2, -2, 500, -500].map((offset) => base + offset);
  const parts = [blocksizeBytes / 4, blocksizeBytes / 10, 4 * blocksizeBytes, 10 * blocksizeBytes];
  return [
    0,
    1,
    ...around,
    ...[blocksizeBytes - 1, blocksizeBytes, blocksizeBytes + 1],
    ...parts.map((part) => Math.floor(part) + 6),
  ];
}

async function openedBy(engine: MemoryEngine, history: History, variant: Variant): Promise<number> {
  const rows = history.see(engine.source);
  const { versionTime = 0, openedFiles } = await engine.backup();
  if (variant.metadata !== 'none') history.commit(versionTime, rows);
  return openedFiles;
}

async function backUpBorders(t: TestContext, variant: Variant): Promise<void> {
  const engine = await createEngine(t, { options: variant.options });
  const history = new History();
  const sizes = borderSizes(variant);
  const write = (letter: string, seed: number) => {
    for (const [index, size] of sizes.entries())
      writeFileSync(join(engine.source, `${letter}-${size}`), seededBytes(size, seed + index));
  };
  const opened = (before: number) => sizes.length + (variant.opens === 'all' ? before * sizes.length : 0);
  write('a', 1);
  assert.equal(await openedBy(engine, history, variant), opened(0));
  const stored = engine.storedFiles().size;
  for (const size of sizes) cpSync(join(engine.source, `a-${size}`), join(engine.source, `b-${size}`));
  assert.equal(await openedBy(engine, history, variant), opened(1));
  assert.ok(engine.storedFiles().size - stored <= 3, 'of a copy nothing but metadata is stored');
  write('c', 1000);
  assert.equal(await openedBy(engine, history, variant), opened(2));
  await assertCounts(engine, sizes.length);
  await assertPart(engine, sizes);
  if (variant.metadata === 'none') await assertContents(engine, sizes);
  else await assertSound(engine, history, 'afterwards');
}

/** Each version has as many files as the source had then, as the database has it and as the destination does. */
async function assertCounts(engine: MemoryEngine, perGeneration: number): Promise<void> {
  for (const databasePath of [engine.databasePath, join(engine.folder, 'data', 'other.sqlite')]) {
    await using opened = await engine.open({ databasePath });
    const { filesets, entries } = opened.database;
    const counts = filesets.versions().map(({ seq }) => entries.totals(seq).files);
    assert.deepEqual(
      counts,
      [3, 2, 1].map((generations) => generations * perGeneration),
    );
  }
}

/** The copies alone, by the beginning of their names, from each side. */
async function assertPart(engine: MemoryEngine, sizes: readonly number[]): Promise<void> {
  const selection = { accept: (path: string) => path.includes('/b-'), literals: [] };
  for (const database of ['use', 'ignore'] as const) {
    const { result } = await engine.restore(0, database, { restore: { selection } });
    assert.equal(result.restoredFiles, sizes.length);
    assert.equal(
      result.restoredBytes,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    assert.deepEqual(result.brokenFiles, []);
  }
}

async function assertContents(engine: MemoryEngine, sizes: readonly number[]): Promise<void> {
  assert.deepEqual((await engine.test()).faultyVolumes, []);
  const { result } = await engine.restore(0, 'ignore');
  assert.equal(result.restoredFiles, 3 * sizes.length);
  assert.deepEqual(result.brokenFiles, []);
}

for (const [name, variant] of Object.entries(SHORT))
  test(`files of all border sizes survive three generations: ${name}`, (t) => backUpBorders(t, variant));
for (const [name, variant] of Object.entries(LONG))
  longTest(`files of all border sizes survive three generations: ${name}`, (t) => backUpBorders(t, variant));
