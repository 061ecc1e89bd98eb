/** Reading volumes back: whole ones pass, and damage in any kind of volume is found. */
import assert from 'node:assert/strict';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { hashBytes } from '../../src/crypto/index.ts';
import { type FormatSettings, parseDindexVolume, writeDindexVolume } from '../../src/format/index.ts';
import {
  readSampleSettings,
  readTestSettings,
  runTest,
  type TestResult,
} from '../../src/operations/index.ts';
import { type LocalBackup, localBackup, type OptionTexts } from '../support/local-backup.ts';
import { readPlainVolume, writePlainVolume } from '../support/plain-volume.ts';
import { seededBytes, seededRandom } from '../support/seeded-random.ts';

const KINDS = ['dlist', 'dindex', 'dblock'] as const;

async function twoVersions(t: TestContext, options: OptionTexts = {}): Promise<LocalBackup> {
  const backup = await localBackup(t);
  const path = (name: string) => join(backup.source, name);
  mkdirSync(path('folder'));
  symlinkSync('nowhere', path('folder/link'));
  writeFileSync(path('folder/long'), seededBytes(100_000, 1));
  writeFileSync(path('short'), 'some text');
  writeFileSync(path('empty'), '');
  await backup.backUp(options);
  writeFileSync(path('short'), 'another text');
  await backup.backUp(options);
  return backup;
}

async function testWith(
  backup: LocalBackup,
  samples: number | 'all' = 'all',
  options: OptionTexts = {},
): Promise<TestResult> {
  await using opened = await backup.open('read', options);
  const settings = readTestSettings(backup.settings(options), samples, seededRandom(1));
  return await runTest(opened, settings, backup.context);
}

const volumesOf = ({ destination }: LocalBackup, kind: string) =>
  readdirSync(destination).filter((name) => name.includes(`.${kind}.`));

function firstVolume(backup: LocalBackup, kind: string): string {
  const [name] = volumesOf(backup, kind);
  assert.ok(name);
  return name;
}

function flipByte({ destination }: LocalBackup, name: string): void {
  const bytes = readFileSync(join(destination, name));
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(join(destination, name), bytes);
}

test('runTest() finds nothing wrong with a whole backup, and books what it read', async (t) => {
  const backup = await twoVersions(t);
  const result = await testWith(backup, 'all', { 'full-block-verification': 'true' });
  assert.deepEqual(result.faultyVolumes, []);
  assert.equal(result.hasErrors, false);
  assert.equal(result.testedVolumes, readdirSync(backup.destination).length);
  assert.ok(result.hashedBlocks > 100);
  await using opened = await backup.open('read');
  for (const volume of opened.database.volumes.all()) {
    assert.equal(volume.verifiedCount, 1);
    assert.equal(volume.state, 'verified');
  }
});

test('runTest() finds nothing wrong after the database was rebuilt', async (t) => {
  const backup = await twoVersions(t);
  rmSync(backup.dataFolder, { recursive: true });
  assert.deepEqual((await testWith(backup)).faultyVolumes, []);
});

test('runTest() comes round to every volume', async (t) => {
  const backup = await twoVersions(t);
  for (let round = 0; round < 2; round++) await testWith(backup, 1);
  await using opened = await backup.open('read');
  assert.deepEqual(
    opened.database.volumes.all().map(({ verifiedCount }) => verifiedCount),
    [1, 1, 1, 1, 1, 1],
  );
});

for (const kind of KINDS) {
  for (const depth of ['True', 'False']) {
    test(`runTest() finds one wrong bit in a ${kind} (full-remote-verification ${depth})`, async (t) => {
      const backup = await twoVersions(t);
      const name = firstVolume(backup, kind);
      flipByte(backup, name);
      const result = await testWith(backup, 'all', { 'full-remote-verification': depth });
      assert.equal(result.hasErrors, true);
      assert.deepEqual(
        result.faultyVolumes.map((volume) => volume.name),
        [name],
      );
      assert.equal(result.faultyVolumes[0]?.faults[0]?.kind, 'damaged');
    });
  }

  test(`runTest() finds a lost and a shortened ${kind}`, async (t) => {
    const backup = await twoVersions(t);
    const [first = '', second = ''] = volumesOf(backup, kind);
    rmSync(join(backup.destination, first));
    truncateSync(join(backup.destination, second), 50);
    const result = await testWith(backup, 1);
    assert.deepEqual(
      result.faultyVolumes.map(({ name, faults }) => [name, faults[0]?.kind]),
      [
        [first, 'missing'],
        [second, 'modified'],
      ],
    );
  });
}

const FORMAT: FormatSettings = { blocksizeBytes: 1024, blockHash: 'SHA256', fileHash: 'SHA256' };
const PLAIN: OptionTexts = { 'no-encryption': 'true', 'zip-compression-method': 'Deflate' };

/**
 * Writes a volume again with other entries, and lets the database forget what its bytes were, so that only
 * the content can tell.
 */
async function rewrite(
  backup: LocalBackup,
  name: string,
  change: (entry: string, bytes: Uint8Array) => Uint8Array | undefined,
): Promise<void> {
  const entries = (await readPlainVolume(backup.destination, name)).flatMap(([entry, bytes]) => {
    const changed = change(entry, bytes);
    return changed === undefined ? [] : [[entry, changed] as const];
  });
  rmSync(join(backup.destination, name));
  await writePlainVolume(backup.destination, name, { format: FORMAT, entries });
  const { size } = statSync(join(backup.destination, name));
  await using opened = await backup.open('read', PLAIN);
  const { database } = opened;
  const volume = database.volumes.find(name);
  assert.ok(volume);
  const bytes = readFileSync(join(backup.destination, name));
  database.transaction(() =>
    database.volumes.setFile(volume.id, { sizeBytes: size, hash: hashBytes('SHA256', bytes) }),
  );
}

async function faultsOf(backup: LocalBackup, name: string) {
  const options = { ...PLAIN, 'full-block-verification': 'true' };
  const { faultyVolumes } = await testWith(backup, 'all', options);
  return faultyVolumes.find((volume) => volume.name === name)?.faults ?? [];
}

test('runTest() names the entries in which a file list differs from the database', async (t) => {
  const backup = await twoVersions(t, PLAIN);
  const name = firstVolume(backup, 'dlist');
  await rewrite(backup, name, (entry, bytes) =>
    entry === 'filelist.json'
      ? Buffer.from(
          Buffer.from(bytes).toString().replace('"size":9,', '"size":8,').replace('/empty"', '/void"'),
        )
      : bytes,
  );
  assert.deepEqual(await faultsOf(backup, name), [
    { kind: 'modified', subject: join(backup.source, 'short') },
    { kind: 'missing', subject: join(backup.source, 'empty') },
    { kind: 'extra', subject: join(backup.source, 'void') },
  ]);
});

test('runTest() finds a block whose bytes are not what its name says, and one that is lost', async (t) => {
  const backup = await twoVersions(t, PLAIN);
  const name = firstVolume(backup, 'dblock');
  let index = 0;
  await rewrite(backup, name, (_, bytes) => {
    index++;
    if (index === 1) return undefined;
    return index === 2 ? Buffer.alloc(bytes.length) : bytes;
  });
  assert.deepEqual(
    (await faultsOf(backup, name)).map(({ kind }) => kind),
    ['missing', 'modified'],
  );
});

test('runTest() finds wrong blocks and blocklists in a dindex, which the next backup replaces', async (t) => {
  const backup = await twoVersions(t, PLAIN);
  const names = volumesOf(backup, 'dindex');
  const contents = await Promise.all(names.map((each) => readPlainVolume(backup.destination, each)));
  const at = contents.findIndex((entries) => entries.some(([entry]) => entry.startsWith('list/')));
  const name = names[at] ?? '';
  await rewrite(backup, name, (entry, bytes) => {
    if (entry.startsWith('list/')) return Buffer.alloc(bytes.length);
    const { blocks, proof } = parseDindexVolume(bytes, 32, name);
    blocks.sizes[0] = 1;
    const changed = Array.from({ length: blocks.count }, (_, index) => ({
      hash: blocks.hashes.subarray(index * 32, index * 32 + 32),
      sizeBytes: blocks.sizes[index] ?? 0,
    }));
    return writeDindexVolume(changed, proof);
  });
  assert.ok((await faultsOf(backup, name)).length > 1);
  await backup.backUp({ ...PLAIN, 'upload-unchanged-backups': 'true' });
  assert.equal(readdirSync(backup.destination).includes(name), false);
  assert.deepEqual((await testWith(backup, 'all', PLAIN)).faultyVolumes, []);
});

test('runTest() ends at a wrong passphrase instead of calling every volume damaged', async (t) => {
  const backup = await twoVersions(t);
  await assert.rejects(testWith(backup, 1, { passphrase: 'another' }), { name: 'PasswordError' });
});

test('a backup reads samples back, and tells what is wrong', async (t) => {
  const backup = await localBackup(t);
  writeFileSync(join(backup.source, 'file'), seededBytes(10_000, 3));
  await backup.backUp({ 'backup-test-samples': '1' });
  {
    await using opened = await backup.open('read');
    assert.ok(opened.database.volumes.all().every(({ verifiedCount }) => verifiedCount === 1));
  }
  flipByte(backup, firstVolume(backup, 'dblock'));
  writeFileSync(join(backup.source, 'file'), seededBytes(10_000, 4));
  const result = await backup.backUp({ 'backup-test-samples': '5' });
  assert.equal(result.test?.hasErrors, true);
  assert.ok(backup.log.some(({ level, id }) => level === 'error' && id === 'volume-faulty'));
});

test('a backup deletes versions by the retention that is asked for', async (t) => {
  const backup = await localBackup(t);
  for (const round of [0, 1, 2]) {
    writeFileSync(join(backup.source, 'file'), `round ${round}`);
    await backup.backUp({ 'keep-versions': '2' });
  }
  assert.equal(volumesOf(backup, 'dlist').length, 2);
});

test('the samples after a backup look into dlists only when that is asked for', async (t) => {
  const backup = await localBackup(t);
  const random = () => 0;
  const opened = (options: OptionTexts) => readSampleSettings(backup.settings(options), random).opened;
  assert.deepEqual(opened({}), ['dindex', 'dblock']);
  assert.deepEqual(opened({ 'full-remote-verification': 'true' }), ['dlist', 'dindex', 'dblock']);
  assert.deepEqual(opened({ 'full-remote-verification': 'false' }), []);
  assert.deepEqual(opened({ 'full-remote-verification': 'ListAndIndexes' }), ['dlist', 'dindex']);
});
