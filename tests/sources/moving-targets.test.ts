/** Sources that change, shrink or go away while they are backed up, or before. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test from 'node:test';
import { type BackupBench, type BackupRun, backupBench } from '../support/backup-bench.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

function warnings({ log }: BackupRun): string[] {
  return log.filter(({ level }) => level === 'warning').map(({ id }) => id);
}

/** Keeps changing files until it is disposed of. */
async function keepChanging(folder: string, script: string): Promise<AsyncDisposable> {
  const child = spawn('bash', ['-c', `echo ready; while sleep 0.01; do ${script}; done`], {
    cwd: folder,
    detached: true,
  });
  await once(child.stdout, 'data');
  child.stdout.resume();
  child.stderr.resume();
  return {
    [Symbol.asyncDispose]: async () => {
      // What the shell has just started goes with it; all of them hold the pipes.
      const closed = once(child, 'close');
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await closed;
    },
  };
}

async function assertWhole(bench: BackupBench, run: BackupRun): Promise<string> {
  assert.deepEqual(warnings(run), []);
  const { target, result } = await bench.restore(0);
  assert.deepEqual(result.brokenFiles, []);
  return target;
}

test('runBackup() stores a file that grows as it was at some moment', async (t) => {
  const bench = await backupBench(t);
  const log = join(bench.source, 'log');
  writeFileSync(log, '');
  await using _changing = await keepChanging(
    bench.source,
    'for i in 1 2 3 4 5 6 7 8; do printf "%01024d" 0; done >> log',
  );
  for (let round = 0; round < 4; round++) {
    const target = await assertWhole(bench, await bench.backup());
    const stored = readFileSync(join(target, 'log'));
    assert.ok(readFileSync(log).subarray(0, stored.length).equals(stored));
  }
});

test('runBackup() stores a file that shrinks and grows, and one that takes turns with a folder, or leaves them out', async (t) => {
  const bench = await backupBench(t);
  writeFileSync(join(bench.source, 'steady'), 'steady');
  await using _changing = await keepChanging(
    bench.source,
    'head -c 300000 /dev/zero > shrinking; : > shrinking; echo file > turning; rm turning; mkdir turning; rmdir turning; mkfifo turning; rm turning',
  );
  for (let round = 0; round < 6; round++) {
    const run = await bench.backup();
    assert.ok(
      warnings(run).every((id) => ['source-changed-kind', 'source-shrunk', 'source-unreadable'].includes(id)),
      String(warnings(run)),
    );
    const { target, result } = await bench.restore(0);
    assert.deepEqual(result.brokenFiles, []);
    assert.equal(readFileSync(join(target, 'steady'), 'utf8'), 'steady');
  }
});

test('runBackup() warns of a source that lost most of its entries, and of one that is empty all at once', async (t) => {
  const bench = await backupBench(t);
  for (const name of ['one', 'two']) {
    mkdirSync(join(bench.source, name));
    for (let file = 0; file < 20; file++) writeFileSync(join(bench.source, name, `${file}`), `${file}`);
  }
  const sources = ['one', 'two'].map((name) => join(bench.source, name));
  assert.deepEqual(warnings(await bench.backup({ sources })), []);
  renameSync(join(bench.source, 'one'), join(bench.source, 'unmounted'));
  mkdirSync(join(bench.source, 'one'));
  const run = await bench.backup({ sources });
  assert.deepEqual(warnings(run), ['source-shrunk']);
  assert.match(run.log.find(({ id }) => id === 'source-shrunk')?.text ?? '', /one\/' held .* 20 are gone/);
  assert.deepEqual(warnings(await bench.backup({ sources })), [], 'what is gone is told once');
});

test('runBackup() warns of a source whose disk was unmounted', async (t) => {
  const bench = await backupBench(t);
  const disk = mountSmallDisk(t, 1024 * 1024);
  if (disk === undefined) return t.skip('this user may not mount a disk');
  writeFileSync(join(disk, 'a'), 'a');
  writeFileSync(join(disk, 'b'), 'b');
  assert.deepEqual(warnings(await bench.backup({ sources: [disk] })), []);
  spawnSync('umount', ['--lazy', disk]);
  assert.deepEqual(warnings(await bench.backup({ sources: [disk] })), ['source-shrunk']);
});

test('runBackup() leaves out, with a warning, a folder that may not be read any more', async (t) => {
  if (process.geteuid?.() === 0)
    return t.skip('root may read everything; see the run as a user in everything.test.ts');
  const bench = await backupBench(t);
  mkdirSync(join(bench.source, 'closed'));
  writeFileSync(join(bench.source, 'closed', 'file'), 'x');
  await bench.backup();
  spawnSync('chmod', ['0', join(bench.source, 'closed')]);
  assert.ok(warnings(await bench.backup()).includes('source-unreadable'));
  rmSync(join(bench.source, 'closed'), { recursive: true, force: true });
});
