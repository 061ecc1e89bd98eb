/** `repair --rebuild-missing-dblock-files`: lost dblocks made again from the files they came from. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { longTest } from '../faults/extent.ts';
import { createEngine, type MemoryEngine } from '../support/engine.ts';
import { faultAt } from '../support/fault-plan.ts';
import { History } from '../support/history.ts';
import { assertSound } from '../support/oracle.ts';
import { seededBytes } from '../support/seeded-random.ts';

const REBUILD = { options: ['--rebuild-missing-dblock-files=true'] };
const FULLY = { options: [...REBUILD.options, '--disable-partial-dblock-recovery=true'] };
/** More blocks than one blocklist names: 10 KiB hold 320 hashes. */
const LARGE_BYTES = 3_400_000;

async function oneVersion(t: TestContext) {
  const engine = await createEngine(t);
  const history = new History();
  mkdirSync(join(engine.source, 'folder'));
  for (let file = 0; file < 6; file++)
    writeFileSync(join(engine.source, 'folder', `file-${file}`), seededBytes(60_000, file + 1));
  writeFileSync(join(engine.source, 'empty'), '');
  symlinkSync('folder/file-1', join(engine.source, 'link'));
  keepTimes(engine);
  const rows = history.see(engine.source);
  const { versionTime = 0 } = await engine.backup();
  history.commit(versionTime, rows);
  return { engine, history };
}

/**
 * Gives the folders the time that they always have: the metadata of an earlier version cannot be made again
 * once something in a folder has changed.
 */
function keepTimes({ source }: MemoryEngine): void {
  for (const folder of [join(source, 'folder'), source]) utimesSync(folder, 1_600_000_000, 1_600_000_000);
}

function lose({ storage }: MemoryEngine, kind: string): string[] {
  const names = [...storage.files.keys()].filter((name) => name.includes(`.${kind}.`));
  for (const name of names) storage.files.delete(name);
  return names;
}

function loseDatabase({ databasePath }: MemoryEngine): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(databasePath + ending, { force: true });
}

test('runRepair() ends where a dblock is lost and nothing says to make it again, and changes nothing', async (t) => {
  const { engine } = await oneVersion(t);
  lose(engine, 'dblock');
  const before = [...engine.storage.files.keys()];
  await assert.rejects(engine.repair(), { code: 'data-lost' });
  assert.deepEqual([...engine.storage.files.keys()], before);
});

for (const database of ['kept', 'lost'])
  for (const indexes of ['kept', 'lost'])
    (database === indexes ? longTest : test)(
      `rebuildBlocks() makes every lost dblock again, the database ${database}, the indexes ${indexes}`,
      async (t) => {
        const { engine, history } = await oneVersion(t);
        writeFileSync(join(engine.source, 'large'), seededBytes(LARGE_BYTES, 77));
        keepTimes(engine);
        const rows = history.see(engine.source);
        history.commit((await engine.backup()).versionTime ?? 0, rows);
        lose(engine, 'dblock');
        if (indexes === 'lost') lose(engine, 'dindex');
        if (database === 'lost') loseDatabase(engine);
        await engine.repair(FULLY);
        const { faultyVolumes } = await engine.test();
        assert.deepEqual(faultyVolumes, []);
        await assertSound(engine, history, 'afterwards', 'whole');
      },
    );

test('rebuildBlocks() finds what is left where a file is gone, one has changed and one has grown', async (t) => {
  const { engine, history } = await oneVersion(t);
  const { source } = engine;
  lose(engine, 'dblock');
  rmSync(join(source, 'folder', 'file-0'));
  writeFileSync(join(source, 'folder', 'file-1'), seededBytes(60_000, 100));
  appendFileSync(join(source, 'folder', 'file-2'), 'and more');
  keepTimes(engine);
  await engine.repair(REBUILD);
  const told = engine.log.find(({ id }) => id === 'blocks-lost')?.text ?? '';
  assert.match(told, /file-0.*list-broken-files.*purge-broken-files/);
  const { result } = await engine.restore(0, 'ignore');
  assert.deepEqual(
    result.brokenFiles.map(({ path }) => path.split('/').at(-1)).toSorted(),
    // The last block of a file that has grown is another one.
    ['file-0', 'file-1', 'file-2'],
  );
  await engine.purgeBroken();
  history.doubtRows((row) => !/ folder\/file-[012]$/.test(row));
  await assertSound(engine, history, 'after the purge', 'whole');
});

test('rebuildBlocks() makes no difference where only metadata differ from what was lost', async (t) => {
  const { engine } = await oneVersion(t);
  lose(engine, 'dblock');
  chmodSync(join(engine.source, 'folder', 'file-3'), 0o600);
  await engine.repair(REBUILD);
  await engine.purgeBroken();
  const { result } = await engine.restore(0, 'ignore');
  assert.deepEqual(result.brokenFiles, []);
});

test('rebuildBlocks() fails where nothing is found, and where something is missing and all was asked for', async (t) => {
  const { engine } = await oneVersion(t);
  lose(engine, 'dblock');
  rmSync(join(engine.source, 'folder', 'file-0'));
  await assert.rejects(engine.repair(FULLY), { code: 'repair-incomplete' });
  const stored = [...engine.storage.files.keys()].filter((name) => name.includes('.dblock.'));
  assert.ok(stored.length > 0, 'what was found is stored');
  rmSync(join(engine.source, 'folder'), { recursive: true });
  await assert.rejects(engine.repair(REBUILD), { code: 'repair-incomplete' });
});

for (let call = 1; call <= 3; call++)
  (call === 2 ? test : longTest)(
    `rebuildBlocks() that ends at its upload ${call} goes on the next time`,
    async (t) => {
      const { engine, history } = await oneVersion(t);
      lose(engine, 'dblock');
      await engine
        .repair({ ...REBUILD, faults: faultAt('put', call, { kind: 'error-after' }) })
        .catch(() => {});
      await engine.repair(FULLY);
      await assertSound(engine, history, 'afterwards', 'whole');
    },
  );
