/** Files that are large enough for several threads: stored and restored by the real workers. */
import assert from 'node:assert/strict';
import { existsSync, lutimesSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type BackupBench, backupBench } from '../support/backup-bench.ts';
import { seededBytes } from '../support/seeded-random.ts';

const BLOCK_BYTES = 100 * 1024;
const BLOCKS = 1400;
const UPLOADS = 1;
const WORKERS = 3;
const OPTIONS = [
  '--blocksize=100kb',
  '--dblock-size=1mb',
  `--concurrency-max-threads=${WORKERS}`,
  `--asynchronous-upload-limit=${UPLOADS}`,
  '--retry-delay=0s',
  '--number-of-retries=0',
];

/** 136 MiB of blocks that differ, each mostly zeros, and a last one that is shorter. */
function makeLargeContent(): Buffer {
  const content = Buffer.alloc((BLOCKS - 1) * BLOCK_BYTES + 1000);
  for (let block = 0; block < BLOCKS; block++)
    seededBytes(16 * 1024, block).copy(content, block * BLOCK_BYTES);
  return content;
}

const CONTENT = makeLargeContent();
const MODIFIED_S = 1_600_000_000;

function putLargeFile({ source }: BackupBench): string {
  const path = join(source, 'large');
  writeFileSync(path, CONTENT, { mode: 0o640 });
  lutimesSync(path, MODIFIED_S, MODIFIED_S);
  return path;
}

test('all threads help with one large file, and it comes back as it was', async (t) => {
  const bench = await backupBench(t, { options: OPTIONS });
  putLargeFile(bench);
  const { result } = await bench.backup();
  // Blocks and blocklists of the content, and the metadata of the file and of its folder.
  assert.equal(result.newBlocks, BLOCKS + 1 + 2);
  const { target, result: restored } = await bench.restore(0);
  assert.deepEqual(restored.brokenFiles, []);
  assert.ok(readFileSync(join(target, 'large')).equals(CONTENT));
  const { mtimeMs, mode } = statSync(join(target, 'large'));
  assert.equal(mtimeMs, MODIFIED_S * 1000);
  assert.equal(mode & 0o777, 0o640);
  // The blocks of one thread follow each other in its volumes; with several threads, volumes take turns.
  using database = new DatabaseSync(bench.databasePath);
  const rows = database.prepare('SELECT volume_id AS volume FROM block ORDER BY id').all();
  const turns = rows.filter(
    (row, index) => index > 0 && row['volume'] !== rows[index - 1]?.['volume'],
  ).length;
  const volumes = new Set(rows.map((row) => row['volume'])).size;
  assert.ok(turns > volumes, `${volumes} volumes in ${turns} turns`);
});

test('a file that did not change is read by all threads, and nothing is stored', async (t) => {
  const bench = await backupBench(t, { options: OPTIONS });
  const path = putLargeFile(bench);
  await bench.backup();
  lutimesSync(path, MODIFIED_S + 1, MODIFIED_S + 1);
  const { result } = await bench.backup();
  assert.equal(result.newBlocks, 1, 'the metadata of the file');
  assert.equal(result.openedBytes, CONTENT.length);
  assert.equal(result.modifiedBytes, CONTENT.length);
});

test('volumes of a large file wait for their uploads, not all of them on the disk', async (t) => {
  const bench = await backupBench(t, { options: OPTIONS });
  putLargeFile(bench);
  const held = Promise.withResolvers<void>();
  const running = bench.backup({
    faults: (call) => (call.verb === 'put' ? { kind: 'wait', until: held.promise } : undefined),
  });
  const most = UPLOADS + WORKERS;
  const temporary = join(bench.folder, 'temporary');
  const inTemporary = () =>
    existsSync(temporary)
      ? readdirSync(temporary, { recursive: true, encoding: 'utf8' }).filter((name) =>
          name.includes('.dindex.'),
        ).length
      : 0;
  while (inTemporary() < most) await delay(20);
  await delay(1000);
  const waiting = inTemporary();
  held.resolve();
  const { result } = await running;
  assert.ok(waiting <= most + WORKERS, `${waiting} volumes waited`);
  const volumes = readdirSync(bench.destination).filter((name) => name.includes('.dblock.')).length;
  assert.ok(volumes > 2 * (most + WORKERS), `of ${volumes}, which proves something`);
  assert.equal(result.newBlocks, BLOCKS + 1 + 2);
});

test('an upload that fails ends the backup of a large file, whose threads wait for room', async (t) => {
  const bench = await backupBench(t, { options: OPTIONS });
  putLargeFile(bench);
  let puts = 0;
  await assert.rejects(
    bench.backup({
      faults: (call) => (call.verb === 'put' && ++puts > 2 ? { kind: 'error-before' } : undefined),
    }),
    /destination/i,
  );
  await bench.backup();
  const { target } = await bench.restore(0);
  assert.ok(readFileSync(join(target, 'large')).equals(CONTENT));
});

test('a large file whose hash is another one than was stored is left out and named', async (t) => {
  const bench = await backupBench(t, { options: OPTIONS });
  putLargeFile(bench);
  writeFileSync(join(bench.source, 'small'), 'small');
  await bench.backup();
  {
    using database = new DatabaseSync(bench.databasePath);
    database.prepare('UPDATE content SET hash = zeroblob(32) WHERE size_bytes = ?').run(CONTENT.length);
  }
  const { target, result } = await bench.restore(0);
  assert.deepEqual(
    result.brokenFiles.map(({ path, reason }) => [path.endsWith('/large'), /hash differs/.test(reason)]),
    [[true, true]],
  );
  assert.equal(existsSync(join(target, 'large')), false);
  assert.equal(readFileSync(join(target, 'small'), 'utf8'), 'small');
});
