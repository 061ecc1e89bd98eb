/**
 * Restores onto what is there already, with little room, from other systems, and of versions that lack
 * something (operations reference 12.5).
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { RunController } from '../../../src/base/index.ts';
import { runRestore } from '../../../src/operations/index.ts';
import { createEngine, type Engine, type MemoryEngine } from '../../support/engine.ts';
import { handMadeBackup } from '../../support/hand-made-backup.ts';
import { seededBytes } from '../../support/seeded-random.ts';
import { mountSmallDisk } from '../../support/small-disk.ts';
import { treeRows } from '../../support/tree-rows.ts';

const BLOCK_BYTES = 10 * 1024;
/** Ten blocks and a part of one. */
const CONTENT = seededBytes(10 * BLOCK_BYTES + 5, 1);
const OTHER = seededBytes(3000, 2);

/** What lies at the target before, made of what is to be restored: ten blocks and a few bytes. */
const TARGETS: Readonly<Record<string, (content: Buffer) => Buffer | undefined>> = {
  'nothing at all': () => undefined,
  'the same': (content) => content,
  'another block in the middle': (content) => Buffer.from(content).fill(0, 4 * BLOCK_BYTES, 5 * BLOCK_BYTES),
  'another end': (content) => Buffer.from(content).fill(0, 10 * BLOCK_BYTES),
  'a shorter file': (content) => content.subarray(0, 6 * BLOCK_BYTES + 17),
  'a longer file': (content) => Buffer.concat([content, seededBytes(2 * BLOCK_BYTES, 3)]),
  'an empty file': () => Buffer.alloc(0),
  'other content altogether': () => OTHER,
};

async function oneFile(t: TestContext): Promise<MemoryEngine> {
  const engine = await createEngine(t);
  mkdirSync(join(engine.source, 'folder'));
  writeFileSync(join(engine.source, 'folder', 'file'), CONTENT);
  writeFileSync(join(engine.source, 'folder', 'empty'), '');
  await engine.backup();
  return engine;
}

for (const overwrite of [false, true])
  for (const withLocalBlocks of [false, true])
    test(`runRestore() with overwrite ${overwrite} and local blocks ${withLocalBlocks} is right whatever the target holds`, async (t) => {
      const engine = await createEngine(t);
      const restorePath = join(engine.folder, 'target');
      const files = Object.entries(TARGETS).map(([name, prepare], index) => {
        const content = seededBytes(CONTENT.length, 10 + index);
        return { name, content, before: prepare(content) };
      });
      mkdirSync(restorePath);
      for (const { name, content, before } of files) {
        writeFileSync(join(engine.source, name), content);
        if (before !== undefined) writeFileSync(join(restorePath, name), before);
      }
      await engine.backup();
      const { result } = await engine.restore(0, 'use', {
        restore: { restorePath, overwrite, withLocalBlocks },
      });
      assert.deepEqual([...result.brokenFiles, ...result.brokenVolumes, ...result.refused], []);
      for (const { name, content, before } of files) {
        const isKept = !overwrite && before !== undefined && !before.equals(content);
        const beside = readdirSync(restorePath).filter((other) => other.startsWith(`${name}.`));
        assert.equal(beside.length, isKept ? 1 : 0, name);
        assert.deepEqual(readFileSync(join(restorePath, beside[0] ?? name)), content, name);
        if (isKept) assert.deepEqual(readFileSync(join(restorePath, name)), before, name);
      }
    });

test('runRestore() names a file whose place is locked or is a folder with something in it, and restores the rest', async (t) => {
  const engine = await oneFile(t);
  const restorePath = join(engine.folder, 'target');
  mkdirSync(join(restorePath, 'folder', 'file', 'inner'), { recursive: true });
  const { result } = await engine.restore(0, 'use', { restore: { restorePath, overwrite: true } });
  assert.ok(existsSync(join(restorePath, 'folder', 'file', 'inner')), 'what is there stays');
  assert.ok(existsSync(join(restorePath, 'folder', 'empty')));
  const content = readdirSync(join(restorePath, 'folder')).some((name) => {
    const path = join(restorePath, 'folder', name);
    return lstatSync(path).isFile() && readFileSync(path).equals(CONTENT);
  });
  assert.ok(content || result.brokenFiles.length === 1, JSON.stringify(result));
});

test('runRestore() leaves a file alone that the system does not let anybody change, and says so', async (t) => {
  const engine = await oneFile(t);
  const restorePath = join(engine.folder, 'target');
  mkdirSync(join(restorePath, 'folder'), { recursive: true });
  const path = join(restorePath, 'folder', 'file');
  writeFileSync(path, OTHER);
  if (spawnSync('chattr', ['+i', path]).status !== 0) return t.skip('this file system has no locked files');
  t.after(() => spawnSync('chattr', ['-i', path]));
  const { result } = await engine.restore(0, 'use', { restore: { restorePath, overwrite: true } });
  spawnSync('chattr', ['-i', path]);
  assert.deepEqual(readFileSync(path), OTHER);
  assert.deepEqual(
    result.brokenFiles.map((broken) => broken.path),
    [path],
  );
});

test('runRestore() makes folders that are missing, and gives folders their times after their content', async (t) => {
  const engine = await oneFile(t);
  utimesSync(join(engine.source, 'folder'), 1_000_000_000, 1_000_000_000);
  await engine.backup();
  const restorePath = join(engine.folder, 'not', 'there', 'yet');
  await engine.restore(0, 'use', { restore: { restorePath } });
  assert.equal(lstatSync(join(restorePath, 'folder')).mtimeMs, 1_000_000_000_000);
  assert.deepEqual(treeRows(restorePath), treeRows(engine.source));
});

test('runRestore() from the destination alone gives each of three versions', async (t) => {
  const engine = await oneFile(t);
  const seen = [treeRows(engine.source)];
  for (const generation of [1, 2]) {
    writeFileSync(join(engine.source, 'folder', `more-${generation}`), seededBytes(30_000, 10 + generation));
    await engine.backup();
    seen.unshift(treeRows(engine.source));
  }
  for (const [number, rows] of seen.entries()) {
    const { target } = await engine.restore(number, 'ignore');
    assert.deepEqual(treeRows(target), rows, `version ${number}`);
  }
});

test('runRestore() to a disk that is too small names what has no room, and leaves no half file', async (t) => {
  const disk = mountSmallDisk(t, 256 * 1024);
  if (disk === undefined) return t.skip('this user may not mount a file system');
  const engine = await createEngine(t);
  const names = Array.from({ length: 8 }, (_, index) => `file-${index}`);
  for (const [index, name] of names.entries())
    writeFileSync(join(engine.source, name), seededBytes(60_000, index + 1));
  await engine.backup();
  let code: unknown;
  let broken: readonly string[] = [];
  try {
    const { result } = await engine.restore(0, 'use', { restore: { restorePath: disk } });
    broken = result.brokenFiles.map(({ path }) => path);
  } catch (error) {
    ({ code } = error as { code: unknown });
  }
  assert.ok(code !== undefined || broken.length > 0, 'it is told');
  for (const name of readdirSync(disk))
    if (names.includes(name))
      assert.deepEqual(readFileSync(join(disk, name)), readFileSync(join(engine.source, name)), name);
});

test('runRestore() of a backup made on Windows writes below the target what can be had', async (t) => {
  const entries = [
    { path: 'C:\\Users\\', kind: 'folder' },
    { path: 'C:\\Users\\Ann\\', kind: 'folder' },
    { path: 'C:\\Users\\Ann\\notes.txt', kind: 'file', content: CONTENT },
    { path: 'D:\\data\\x', kind: 'file', content: OTHER },
  ] as const;
  const backup = await handMadeBackup(t, entries, { blocksizeBytes: BLOCK_BYTES });
  const result = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.deepEqual([...result.brokenFiles, ...result.refused], []);
  const target = join(backup.folder, 'target');
  const found = readdirSync(target, { recursive: true, encoding: 'utf8' });
  const notes = found.find((path) => path.endsWith('notes.txt')) ?? '';
  assert.deepEqual(readFileSync(join(target, notes)), CONTENT, found.join());
  assert.deepEqual(readFileSync(join(target, found.find((path) => path.endsWith('/x')) ?? '')), OTHER);
});

test('runRestore() of a backup made on a Mac keeps names in both forms of accents apart', async (t) => {
  const [composed, decomposed] = ['/Users/ann/caf\u00e9', '/Users/ann/cafe\u0301'] as const;
  const entries = [
    { path: '/Users/ann/', kind: 'folder' },
    { path: composed, kind: 'file', content: CONTENT },
    { path: decomposed, kind: 'file', content: OTHER },
  ] as const;
  const backup = await handMadeBackup(t, entries, { blocksizeBytes: BLOCK_BYTES });
  await runRestore(backup.opened, backup.settings(), backup.context);
  const target = join(backup.folder, 'target');
  assert.deepEqual(readFileSync(join(target, 'caf\u00e9')), CONTENT);
  assert.deepEqual(readFileSync(join(target, 'cafe\u0301')), OTHER);
});

test('runRestore() follows no link that leads out of the target, whoever planted it', async (t) => {
  const engine = await oneFile(t);
  const outside = join(engine.folder, 'outside');
  mkdirSync(outside);
  const restorePath = join(engine.folder, 'target');
  mkdirSync(restorePath);
  symlinkSync(outside, join(restorePath, 'folder'));
  await engine.restore(0, 'use', { restore: { restorePath, overwrite: true } });
  assert.deepEqual(readdirSync(outside), []);
});

for (const database of ['use', 'ignore'] as const)
  test(`runRestore() without a dblock names the files that need it and gives the rest (database: ${database})`, async (t) => {
    const engine = await oneFile(t);
    const first = [...engine.storage.files.keys()].find((name) => name.includes('.dblock.')) ?? '';
    writeFileSync(join(engine.source, 'later'), seededBytes(30_000, 9));
    await engine.backup();
    engine.storage.files.delete(first);
    const { target, result } = await engine.restore(0, database);
    assert.deepEqual(
      result.brokenFiles.map(({ path }) => path).filter((path) => path.endsWith('file')),
      [join(target, 'folder', 'file')],
    );
    assert.deepEqual(readFileSync(join(target, 'later')), seededBytes(30_000, 9));
    assert.equal(existsSync(join(target, 'folder', 'file')), false);
  });

for (const how of ['abort', 'stop'] as const)
  test(`runRestore() that meets ${how} leaves files alone that are there, and blames none of them`, async (t) => {
    const engine: Engine = await oneFile(t);
    const restorePath = join(engine.folder, 'target');
    mkdirSync(join(restorePath, 'folder'), { recursive: true });
    writeFileSync(join(restorePath, 'folder', 'file'), OTHER);
    const controller = new RunController();
    controller[how]();
    const outcome = await engine
      .restore(0, 'use', { controller, restore: { restorePath, overwrite: true } })
      .catch((error: unknown) => error);
    assert.ok(outcome !== undefined);
    const left = readFileSync(join(restorePath, 'folder', 'file'));
    assert.ok(left.equals(OTHER) || left.equals(CONTENT));
    rmSync(restorePath, { recursive: true });
    const { target } = await engine.restore(0, 'use', { restore: { restorePath } });
    assert.deepEqual(treeRows(target), treeRows(engine.source));
  });
