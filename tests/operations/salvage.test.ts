/**
 * Dblocks that were found damaged at their right length, without parity data: what is left of them is stored
 * again, what the source or another volume has is taken from there, and the rest is named.
 */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { longTest } from '../faults/extent.ts';
import { createEngine, type EngineRun, type MemoryEngine } from '../support/engine.ts';
import { faultAt } from '../support/fault-plan.ts';
import { History } from '../support/history.ts';
import { assertSound } from '../support/oracle.ts';
import { seededBytes } from '../support/seeded-random.ts';

interface Stage {
  readonly engine: MemoryEngine;
  readonly history: History;
  /** When the versions were made, in order. */
  readonly times: number[];
}

const FILES = 8;
const FILE_BYTES = 60_000;

/** Two versions; the second has one more file and lacks one of the first. */
async function twoVersions(t: TestContext, passphrase?: string): Promise<Stage> {
  const stage = {
    engine: await createEngine(t, passphrase === undefined ? {} : { passphrase }),
    history: new History(),
    times: [],
  };
  const { source } = stage.engine;
  for (let file = 0; file < FILES; file++)
    writeFileSync(join(source, `file-${file}`), seededBytes(FILE_BYTES, file + 1));
  await backUp(stage);
  writeFileSync(join(source, 'later'), seededBytes(FILE_BYTES, 99));
  rmSync(join(source, 'file-0'));
  await backUp(stage);
  return stage;
}

async function backUp({ engine, history, times }: Stage, run: EngineRun = {}): Promise<void> {
  const rows = history.see(engine.source);
  const { versionTime } = await engine.backup(run);
  if (versionTime === undefined) return;
  history.commit(versionTime, rows);
  times.push(versionTime);
}

function dblocksOf({ storage }: MemoryEngine): string[] {
  return [...storage.files.keys()].filter((name) => name.includes('.dblock.'));
}

function spoil({ storage }: MemoryEngine, name: string, from: number, length = 1): void {
  const file = storage.files.get(name);
  assert.ok(file !== undefined);
  const bytes = Buffer.from(file.bytes);
  for (let at = from; at < from + length; at++) bytes[at] = (bytes[at] ?? 0) ^ 0x55;
  storage.files.set(name, { ...file, bytes });
}

async function findDamage({ engine }: Stage, name: string): Promise<void> {
  const { faultyVolumes } = await engine.test();
  assert.deepEqual(
    faultyVolumes.map((volume) => volume.name),
    [name],
  );
}

const saw = ({ log }: MemoryEngine, id: string) => log.filter((entry) => entry.id === id).length;

for (const [kind, passphrase] of [
  ['a plain', undefined],
  ['an encrypted', 'correct horse'],
] as const)
  for (const [damage, from, length] of [
    ['one byte', 100_000, 1],
    ['all but its ends', 1000, 300_000],
  ] as const)
    (damage === 'one byte' ? test : longTest)(
      `runBackup() stores ${kind} dblock again of which ${damage} is wrong, from what is left of it and from the source`,
      async (t) => {
        const stage = await twoVersions(t, passphrase);
        const { engine } = stage;
        rmSync(join(engine.source, 'later'));
        const [name = ''] = dblocksOf(engine);
        // Of the file that the source lacks nothing may be damaged.
        writeFileSync(join(engine.source, 'file-0'), seededBytes(FILE_BYTES, 1));
        spoil(engine, name, from, length);
        await findDamage(stage, name);
        await assertSound(engine, stage.history, 'afterwards', 'whole');
        assert.ok(!engine.storage.files.has(name));
        assert.equal(saw(engine, 'blocks-lost'), 0);
      },
    );

for (const passphrase of [undefined, 'correct horse'])
  longTest(
    `runBackup() heals what it can where the first bytes of ${passphrase === undefined ? 'a plain' : 'an encrypted'} dblock are wrong`,
    async (t) => {
      const stage = await twoVersions(t, passphrase);
      const { engine } = stage;
      const [name = ''] = dblocksOf(engine);
      spoil(engine, name, 0, 300);
      await findDamage(stage, name);
      await backUp(stage);
      // The metadata that folders had then, and nothing else but what is gone from the source, is lost.
      assert.equal(saw(engine, 'blocks-lost'), 1);
      const { result } = await engine.restore(0, 'use');
      assert.deepEqual(result.brokenFiles, []);
      await engine.purgeBroken();
      assert.ok(!engine.storage.files.has(name));
      assert.deepEqual((await engine.test()).faultyVolumes, []);
    },
  );

test('runBackup() keeps what is left of a damaged dblock, and names what neither that nor the source has', async (t) => {
  const stage = await twoVersions(t);
  const { engine } = stage;
  const [name = ''] = dblocksOf(engine);
  await damageFile(stage, name, 'file-0');
  await findDamage(stage, name);
  await engine.backup();
  const told = engine.log.filter(({ id }) => id === 'blocks-lost').map(({ text }) => text);
  assert.equal(told.length, 1);
  assert.match(
    told[0] ?? '',
    /'[^']*\/file-0'\. Everything else restores\..*list-broken-files.*purge-broken-files/,
  );
  for (const database of ['use', 'ignore'] as const) {
    const { result } = await engine.restore(1, database);
    assert.deepEqual(
      result.brokenFiles.map(({ path }) => path.split('/').at(-1)),
      ['file-0'],
      database,
    );
    const newest = await engine.restore(0, database);
    assert.deepEqual(newest.result.brokenFiles, [], database);
  }
  await engine.purgeBroken();
  assert.ok(!engine.storage.files.has(name));
  stage.history.doubtRows((row) => !row.endsWith(' file-0'));
  await assertSound(engine, stage.history, 'after the purge', 'whole');
});

/** Spoils some bytes of the dblock that only the given file has. */
async function damageFile({ engine }: Stage, name: string, file: string): Promise<void> {
  const stored = engine.storage.files.get(name);
  assert.ok(stored !== undefined);
  const content = seededBytes(FILE_BYTES, Number(file.split('-')[1]) + 1);
  const at = stored.bytes.indexOf(content.subarray(1000, 1100));
  assert.ok(at > 0, 'random content is stored as it is');
  spoil(engine, name, at);
}

test('runBackup() uses a copy of a damaged block that lies in another dblock', async (t) => {
  const stage = await twoVersions(t);
  const { engine } = stage;
  // Waste, and a compaction that ends between the copy of what is needed and the deletion of the old dblock.
  rmSync(join(engine.source, 'file-3'));
  await backUp(stage);
  await engine.delete({ options: ['--version=2,1', '--no-auto-compact=true'] });
  stage.history.forget(new Set(stage.times.slice(0, 2)));
  rmSync(join(engine.source, 'file-5'));
  await backUp(stage);
  const [name = ''] = dblocksOf(engine);
  const faults = faultAt('put', 2, { kind: 'error-before' });
  await assert.rejects(engine.compact({ options: ['--threshold=1'], faults }));
  await damageFile(stage, name, 'file-5');
  await findDamage(stage, name);
  await assertSound(engine, stage.history, 'afterwards', 'whole');
  assert.equal(saw(engine, 'blocks-lost'), 0);
  assert.ok(!engine.storage.files.has(name));
});

for (const verb of ['put', 'delete'] as const)
  for (let call = 1; call <= 4; call++)
    for (const kind of ['error-before', 'error-after'] as const)
      (call === 2 && kind === 'error-after' ? test : longTest)(
        `runBackup() that meets '${kind}' at its ${verb} ${call} while it stores a damaged dblock again harms nothing`,
        async (t) => {
          const stage = await twoVersions(t);
          const { engine } = stage;
          writeFileSync(join(engine.source, 'file-0'), seededBytes(FILE_BYTES, 1));
          const [name = ''] = dblocksOf(engine);
          spoil(engine, name, 100_000, 30_000);
          await findDamage(stage, name);
          stage.history.see(engine.source);
          await engine.backup({ faults: faultAt(verb, call, { kind }) }).catch(() => {});
          await assertSound(engine, stage.history, 'afterwards', 'whole');
          assert.ok(!engine.storage.files.has(name));
        },
      );

test('runRepair() stores again what is left of a damaged dblock, and a rebuilt database sees the same', async (t) => {
  const stage = await twoVersions(t);
  const { engine } = stage;
  writeFileSync(join(engine.source, 'file-0'), seededBytes(FILE_BYTES, 1));
  const [name = ''] = dblocksOf(engine);
  spoil(engine, name, 100_000);
  await findDamage(stage, name);
  await assert.rejects(engine.repair(), { code: 'data-lost' });
  for (const ending of ['', '-wal', '-shm']) rmSync(engine.databasePath + ending, { force: true });
  await assertSound(engine, stage.history, 'afterwards', 'whole');
  assert.ok(!engine.storage.files.has(name));
});
