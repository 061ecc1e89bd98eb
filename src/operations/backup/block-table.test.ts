import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { hashBytes } from '../../crypto/index.ts';
import { LocalDatabase } from '../../database/index.ts';
import { EMPTY_METADATA_BLOB } from '../../format/index.ts';
import {
  BackupCrew,
  type BlockVolumeSettings,
  type Examined,
  type SourceSettings,
} from '../../pipeline/index.ts';
import { knownBlocks } from './block-table.ts';

const FAR_ID = 100_000;
const SOURCE: SourceSettings = {
  metadata: 'none',
  symlinks: 'store',
  content: 'always',
  compressedExtensions: [],
};
const { signal } = new AbortController();

/** A file, and a database that knows its only block, in a volume of its own, far behind another one. */
function makeStored(t: TestContext): { folder: string; path: string; database: LocalDatabase } {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-table-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'file');
  const bytes = Buffer.from('the content of a file');
  writeFileSync(path, bytes);
  const database = LocalDatabase.open(join(folder, 'local.sqlite'));
  t.after(() => database[Symbol.dispose]());
  database.transaction(() => {
    const contents = [
      [1, Buffer.from('another')],
      [2, EMPTY_METADATA_BLOB],
      [FAR_ID, bytes],
    ] as const;
    for (const [id, content] of contents) {
      const volumeId = database.volumes.add({ name: `volume of ${id}`, kind: 'dblock', state: 'uploaded' });
      database.blocks.add(id, {
        hash: hashBytes('SHA256', content),
        sizeBytes: content.length,
        volumeId,
      });
    }
  });
  return { folder, path, database };
}

function volumesIn(folder: string): BlockVolumeSettings {
  const format = { blocksizeBytes: 1024, blockHash: 'SHA256', fileHash: 'SHA256' } as const;
  return {
    volume: {
      compression: 'zip',
      archive: { method: 'None', level: 1, modifiedAt: new Date(0) },
      encryption: { kind: 'none' },
      fileHash: 'SHA256',
    },
    format,
    prefix: 'test',
    dblockSizeBytes: 1 << 20,
    indexPolicy: 'full',
    appVersion: '0',
    createdMs: 0,
    folder,
  };
}

for (const steps of [0, 1, Number.POSITIVE_INFINITY])
  test(`a file whose turn comes after ${steps} steps of loading the known blocks is not stored again`, async (t) => {
    const { folder, path, database } = makeStored(t);
    const results: Examined[] = [];
    await using crew = new BackupCrew(
      {
        known: knownBlocks(database),
        volumes: volumesIn(folder),
        source: SOURCE,
        workers: 1,
        parallelUploads: 1,
      },
      {
        onBlocks: ({ ids }) => assert.fail(`stored again as ${ids.join(', ')}`),
        onExamined: (_, examined) => results.push(...examined),
        onVolume: () => assert.fail('there is nothing to store'),
        onMoved: () => assert.fail('there is nothing to move'),
      },
    );
    for (let step = 0; step < steps && crew.loadSome(); step++);
    await crew.submit([{ path, kind: 'file', known: undefined }], signal);
    await crew.finish(signal);
    const [examined] = results;
    assert.ok(examined?.outcome === 'stored');
    assert.deepEqual(examined.content, { kind: 'block', id: FAR_ID });
  });
