/**
 * Names, times, many files, many machines' worth of bad luck, and settings that are left out later
 * (operations reference 12.6).
 */
import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { extent, longTest } from '../../faults/extent.ts';
import { createEngine, type EngineSettings, type MemoryEngine } from '../../support/engine.ts';
import { randomFaults } from '../../support/fault-plan.ts';
import { History } from '../../support/history.ts';
import { assertSound } from '../../support/oracle.ts';
import { runAshlar } from '../../support/run-ashlar.ts';
import { seededBytes, seededRandom } from '../../support/seeded-random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { treeRows } from '../../support/tree-rows.ts';

interface Stage {
  readonly engine: MemoryEngine;
  readonly history: History;
}

async function newStage(t: TestContext, settings: EngineSettings = {}): Promise<Stage> {
  return { engine: await createEngine(t, settings), history: new History() };
}

async function backUp({ engine, history }: Stage): Promise<Awaited<ReturnType<MemoryEngine['backup']>>> {
  const rows = history.see(engine.source);
  const result = await engine.backup();
  if (result.versionTime !== undefined) history.commit(result.versionTime, rows);
  return result;
}

const STRANGE_NAMES = [
  '*',
  'what?.txt',
  '[a-z]*',
  '{Everything}',
  '@literal',
  'ends with a dot.',
  'ends with a space ',
  ' begins with one',
  'two\nlines',
  'tab\there',
  '$1 and $HOME and %PATH%',
  '-rf',
  '--no-encryption',
  'back\\slash',
  '"quoted" and \'quoted\'',
  'C:',
  'con',
  'caf\u00e9',
  'cafe\u0301',
  '\ud83d\udcbe',
  'x'.repeat(255),
];

test('files, folders and links with any names survive a backup and every kind of reading it', async (t) => {
  const stage = await newStage(t);
  const { source } = stage.engine;
  for (const [index, name] of STRANGE_NAMES.entries()) {
    writeFileSync(join(source, name), seededBytes(100 + index, index + 1));
    mkdirSync(join(source, 'folders', name), { recursive: true });
    writeFileSync(join(source, 'folders', name, name), 'inside');
    mkdirSync(join(source, 'links'), { recursive: true });
    symlinkSync(name, join(source, 'links', name));
  }
  await backUp(stage);
  await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
});

test('a path that is as long as the system allows survives', async (t) => {
  const stage = await newStage(t);
  const segment = 'd'.repeat(200);
  let folder = stage.engine.source;
  while (folder.length + segment.length + 1 < 3800) {
    folder = join(folder, segment);
    mkdirSync(folder);
  }
  writeFileSync(join(folder, 'file'), 'deep');
  await backUp(stage);
  await assertSound(stage.engine, stage.history, 'afterwards');
});

test('a new time alone makes a version and stores no content again', async (t) => {
  const stage = await newStage(t);
  const path = join(stage.engine.source, 'file');
  writeFileSync(path, seededBytes(60_000, 1));
  await backUp(stage);
  const before = storedBytes(stage.engine);
  utimesSync(path, 1_000_000_000, 1_000_000_000);
  const { files, versionTime } = await backUp(stage);
  assert.equal(files.modified, 1);
  assert.notEqual(versionTime, undefined);
  assert.ok(storedBytes(stage.engine) - before < 20_000);
  await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
});

test('other permissions alone make a version and store no content again', async (t) => {
  const stage = await newStage(t);
  const path = join(stage.engine.source, 'file');
  writeFileSync(path, seededBytes(60_000, 1));
  await backUp(stage);
  const before = storedBytes(stage.engine);
  chmodSync(path, 0o600);
  assert.equal((await backUp(stage)).files.modified, 1);
  assert.ok(storedBytes(stage.engine) - before < 20_000);
  await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
});

test('a name that changes in case only is another name', async (t) => {
  const stage = await newStage(t);
  const { source } = stage.engine;
  mkdirSync(join(source, 'Folder'));
  writeFileSync(join(source, 'Folder', 'File.TXT'), seededBytes(30_000, 1));
  await backUp(stage);
  renameSync(join(source, 'Folder', 'File.TXT'), join(source, 'Folder', 'file.txt'));
  renameSync(join(source, 'Folder'), join(source, 'folder'));
  const { files, folders } = await backUp(stage);
  assert.deepEqual([files.added, files.deleted, folders.added, folders.deleted], [1, 1, 1, 1]);
  await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
});

test('settings of the format that a later run leaves out are those of the first, the database lost or not', async (t) => {
  const home = await temporaryFolder(t);
  const [source, destination] = [join(home, 'source'), join(home, 'destination')];
  mkdirSync(source);
  writeFileSync(join(source, 'file'), seededBytes(200_000, 1));
  const run = (command: string, ...argv: readonly string[]) =>
    runAshlar(home, [
      command,
      destination,
      ...argv,
      '--no-encryption',
      `--dbpath=${join(home, 'db.sqlite')}`,
    ]);
  const given = ['--blocksize=20kb', '--block-hash-algorithm=SHA512', '--file-hash-algorithm=MD5'];
  assert.equal(run('backup', source, ...given).code, 0);
  for (const generation of [2, 3]) {
    writeFileSync(join(source, 'file'), seededBytes(200_000, generation));
    const { code, err } = run('backup', source);
    assert.equal(code, 0, err);
    for (const ending of ['', '-wal', '-shm']) rmSync(join(home, `db.sqlite${ending}`), { force: true });
  }
  const other = run('backup', source, '--blocksize=50kb');
  assert.equal(other.code, 100);
  assert.match(other.err, /Cannot change --blocksize/);
  const target = join(home, 'target');
  assert.equal(run('restore', '--version=2', `--restore-path=${target}`).code, 0);
  assert.equal(run('test', 'all').code, 0);
});

test('soft-deleted volumes stay under their other name, and no run takes them for volumes', async (t) => {
  const stage = await newStage(t, { options: ['--soft-delete-prefix=deleted-', '--threshold=1'] });
  const { engine, history } = stage;
  const times: number[] = [];
  for (let generation = 0; generation < 3; generation++) {
    writeFileSync(join(engine.source, 'file'), seededBytes(300_000, generation + 1));
    times.push((await backUp(stage)).versionTime ?? 0);
  }
  await engine.delete({ options: ['--keep-versions=1'] });
  history.forget(new Set(times.slice(0, 2)));
  const kept = [...engine.storage.files].filter(([name]) => name.startsWith('deleted-'));
  assert.ok(kept.length > 3, 'two lists and the waste');
  for (const [name] of kept) engine.storage.files.delete(name);
  rmSync(engine.databasePath);
  for (const [name, file] of kept) engine.storage.files.set(name, file);
  await engine.repair();
  for (const [name] of kept) assert.ok(engine.storage.files.delete(name), name);
  await assertSound(engine, history, 'afterwards', 'whole');
});

const CHECKOUT_FILES = extent === 'whole' ? 12_000 : 600;
const CHECKOUT_VERSIONS = extent === 'whole' ? 6 : 3;

test(`a tree of ${CHECKOUT_FILES} small files that changes like a checkout restores in each of ${CHECKOUT_VERSIONS} versions`, async (t) => {
  const stage = await newStage(t);
  const { source } = stage.engine;
  const random = seededRandom(7);
  for (let file = 0; file < CHECKOUT_FILES; file++) writeSmall(source, file, 0);
  await backUp(stage);
  for (let version = 1; version < CHECKOUT_VERSIONS; version++) {
    for (let change = 0; change < CHECKOUT_FILES / 20; change++)
      writeSmall(source, Math.floor(random() * CHECKOUT_FILES), version);
    rmSync(join(source, `module-${version}`), { recursive: true, force: true });
    renameSync(join(source, `module-${10 + version}`), join(source, `renamed-${version}`));
    await backUp(stage);
  }
  await assertSound(stage.engine, stage.history, 'afterwards');
});

function writeSmall(source: string, file: number, version: number): void {
  const folder = join(source, `module-${file % 40}`, `part-${file % 7}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `file-${file}`),
    `file ${file % 1000} in version ${version}\n`.repeat(1 + (file % 30)),
  );
}

const ROUNDS = extent === 'whole' ? 40 : 3;

test(`several workers and uploads at once over a line that fails one call in ten: ${ROUNDS} runs`, async (t) => {
  const options = ['--concurrency-max-threads=4', '--asynchronous-upload-limit=4', '--number-of-retries=1'];
  const stage = await newStage(t, { options });
  const { engine, history } = stage;
  let failures = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (let file = 0; file < 12; file++)
      writeFileSync(join(engine.source, `file-${file}`), seededBytes(150_000, round * 100 + file));
    const rows = history.see(engine.source);
    const faults = randomFaults({ seed: 1000 + round, probability: 0.1 });
    try {
      const { versionTime } = await engine.backup({ faults });
      if (versionTime !== undefined) history.commit(versionTime, rows);
    } catch {
      failures++;
    }
  }
  t.diagnostic(`${failures} of ${ROUNDS} runs ended early`);
  await assertSound(engine, history, 'afterwards', 'whole');
});

longTest('one folder with a hundred thousand names is walked, stored and restored', async (t) => {
  const stage = await newStage(t);
  const names = 100_000;
  for (let file = 0; file < names; file++)
    writeFileSync(join(stage.engine.source, `f${file}`), `${file % 100}`);
  await backUp(stage);
  const { target } = await stage.engine.restore(0, 'ignore');
  assert.equal(readdirSync(target).length, names);
  assert.equal(treeRows(target).length, treeRows(stage.engine.source).length);
});

function storedBytes(engine: MemoryEngine): number {
  return [...engine.storedFiles().values()].reduce((sum, size) => sum + size, 0);
}
