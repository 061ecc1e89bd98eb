/**
 * A reader that shares no code with Ashlar, Python's zip module and the openssl command, reads what a backup
 * stored.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { backupBench } from '../support/backup-bench.ts';
import { seededBytes } from '../support/seeded-random.ts';

const SIZES = [0, 1, 1023, 1024, 1025, 2560, 32 * 1024, 32 * 1024 + 1, 200_000];

test('runBackup() stores what Python reads', async (t) => {
  for (const [program, argument] of [
    ['python3', '--version'],
    ['openssl', 'version'],
  ] as const) {
    if (spawnSync(program, [argument]).status !== 0)
      return t.skip(`NO ${program}: nothing was read by another program`);
  }
  const passphrase = 'pässword – ✓';
  const bench = await backupBench(t, {
    passphrase,
    options: ['--blocksize=1kb', '--dblock-size=1mb', '--zip-compression-method=Deflate', '--aes-version=2'],
  });
  const { source } = bench;
  mkdirSync(join(source, 'folder'));
  for (const size of SIZES) writeFileSync(join(source, 'folder', `size ${size}`), seededBytes(size, size));
  symlinkSync('folder', join(source, 'link'));
  await bench.backup();
  writeFileSync(join(source, 'ünïcødé'), 'x'.repeat(5000));
  await bench.backup();

  const script = join(import.meta.dirname, 'read-backup.py');
  const python = spawnSync('python3', [script, bench.destination, passphrase], { encoding: 'utf8' });
  assert.equal(python.status, 0, python.stderr);
  const names = [...SIZES.map((size) => `folder/size ${size}`), 'ünïcødé'];
  const expected = [
    ...['', 'folder/'].map((name) => ['Folder', join(source, '/', name), hexHash(Buffer.alloc(0))]),
    ['Symlink', join(source, 'link/'), hexHash(Buffer.alloc(0))],
    ...names.map((name) => ['File', join(source, name), hexHash(readFileSync(join(source, name)))]),
  ];
  assert.deepEqual(sorted(JSON.parse(python.stdout)), sorted(expected));
  return undefined;
});

function hexHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function sorted(rows: readonly (readonly string[])[]): string[] {
  return rows.map((row) => row.join(' ')).toSorted();
}
