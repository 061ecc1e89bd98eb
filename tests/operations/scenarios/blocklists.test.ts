/**
 * Lists of blocks around the sizes where they change, and blocks that are several things at once (operations
 * reference 12.4, lines 2 and 8).
 */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { hashBytes } from '../../../src/crypto/index.ts';
import { longTest } from '../../faults/extent.ts';
import { openBytes, readEntries } from '../../support/archives.ts';
import { createEngine, type EngineSettings, type MemoryEngine } from '../../support/engine.ts';
import { History } from '../../support/history.ts';
import { assertSound } from '../../support/oracle.ts';
import { seededBytes } from '../../support/seeded-random.ts';

const BLOCK_BYTES = 1024;
const HASH_BYTES = 32;
const BLOCKS_PER_LIST = BLOCK_BYTES / HASH_BYTES;

interface Stage {
  readonly engine: MemoryEngine;
  readonly history: History;
}

async function newStage(t: TestContext, settings: EngineSettings = {}): Promise<Stage> {
  const options = [`--blocksize=${BLOCK_BYTES}b`, ...(settings.options ?? [])];
  return { engine: await createEngine(t, { options }), history: new History() };
}

async function backUp({ engine, history }: Stage): Promise<void> {
  const rows = history.see(engine.source);
  const { versionTime = 0 } = await engine.backup();
  history.commit(versionTime, rows);
}

function lose({ engine }: Stage, kinds: readonly string[]): void {
  for (const name of engine.storage.files.keys())
    if (kinds.some((kind) => name.includes(`.${kind}.`))) engine.storage.files.delete(name);
}

function loseDatabase({ engine }: Stage): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(engine.databasePath + ending, { force: true });
}

const INDEXES: Readonly<Record<string, (stage: Stage) => void>> = {
  'without lists': () => {},
  lost: (stage) => lose(stage, ['dindex']),
};

for (const [what, spoil] of Object.entries(INDEXES))
  (what === 'lost' ? test : longTest)(
    `files of sizes around whole lists of blocks come through a lost database, the indexes ${what}`,
    async (t) => {
      const stage = await newStage(t, { options: ['--index-file-policy=Lookup'] });
      for (const lists of [1, 2, 3])
        for (const blocks of [-1, 0, 1])
          for (const bytes of [-1, 0, 1]) {
            const size = (lists * BLOCKS_PER_LIST + blocks) * BLOCK_BYTES + bytes;
            writeFileSync(join(stage.engine.source, `${lists} ${blocks} ${bytes}`), seededBytes(size, size));
          }
      await backUp(stage);
      spoil(stage);
      loseDatabase(stage);
      await stage.engine.repair();
      await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
    },
  );

/** What a file's list of blocks looks like as a block. */
function blocklistOf(content: Buffer): Buffer {
  const hashes: Buffer[] = [];
  for (let at = 0; at < content.length; at += BLOCK_BYTES)
    hashes.push(hashBytes('SHA256', content.subarray(at, at + BLOCK_BYTES)));
  return Buffer.concat(hashes);
}

/** The metadata blobs that lie in the stored dblocks. */
async function storedMetadata({ engine }: Stage): Promise<Buffer[]> {
  const blobs: Buffer[] = [];
  for (const [name, { bytes }] of engine.storage.files) {
    if (!name.includes('.dblock.')) continue;
    for (const [entry, content] of readEntries(await openBytes('zip', bytes)))
      if (entry !== 'manifest' && content.includes('CoreAttributes')) blobs.push(content);
  }
  return blobs;
}

for (const loss of ['nothing', 'the indexes and the database', 'every dblock'])
  (loss === 'nothing' ? longTest : test)(
    `a file that equals a list of blocks, one that equals metadata and equal blocks in one file survive: ${loss} lost`,
    async (t) => {
      const stage = await newStage(t);
      const { source } = stage.engine;
      const content = seededBytes(20 * BLOCK_BYTES + 7, 1);
      writeFileSync(join(source, 'content'), content);
      writeFileSync(
        join(source, 'repeated'),
        Buffer.concat(Array(70).fill(content.subarray(0, BLOCK_BYTES))),
      );
      await backUp(stage);
      writeFileSync(join(source, 'list'), blocklistOf(content));
      const blobs = await storedMetadata(stage);
      assert.ok(blobs.length > 0);
      for (const [index, blob] of blobs.entries()) writeFileSync(join(source, `metadata-${index}`), blob);
      await backUp(stage);
      if (loss === 'the indexes and the database') {
        lose(stage, ['dindex']);
        loseDatabase(stage);
      } else if (loss === 'every dblock') {
        lose(stage, ['dblock']);
        await stage.engine.repair({ options: ['--rebuild-missing-dblock-files=true'] });
      }
      // The metadata that the folder had at first is nowhere any more.
      if (loss === 'every dblock') await assertAllButFolder(stage);
      else await assertSound(stage.engine, stage.history, 'afterwards', 'whole');
    },
  );

async function assertAllButFolder({ engine }: Stage): Promise<void> {
  await engine.purgeBroken();
  assert.deepEqual((await engine.test()).faultyVolumes, []);
  for (const number of [0, 1]) {
    const { result } = await engine.restore(number, 'ignore');
    assert.deepEqual([...result.brokenFiles, ...result.brokenVolumes], []);
  }
}
