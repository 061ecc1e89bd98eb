/** Repair: what can be formed again is, what cannot is named, and a dry run only says so. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import {
  type RepairResult,
  readTestSettings,
  runRepair,
  runTest,
  tryRepair,
} from '../../src/operations/index.ts';
import { type LocalBackup, localBackup } from '../support/local-backup.ts';
import { seededBytes } from '../support/seeded-random.ts';

const CONTENT = seededBytes(30_000, 5);

async function twoVersions(t: TestContext): Promise<LocalBackup> {
  const backup = await localBackup(t);
  writeFileSync(join(backup.source, 'long'), CONTENT);
  writeFileSync(join(backup.source, 'short'), 'first');
  await backup.backUp();
  writeFileSync(join(backup.source, 'short'), 'second');
  await backup.backUp();
  return backup;
}

function repair(backup: LocalBackup): Promise<RepairResult> {
  const input = {
    opening: backup.opening('continue'),
    volumes: async () => backup.volumes(),
    synthetic: 'make',
  } as const;
  return runRepair(input, backup.context);
}

const dryRun = (backup: LocalBackup) =>
  tryRepair(backup.opening('continue'), { indexes: 'write', lost: 'refuse' }, backup.context);

const volumesOf = ({ destination }: LocalBackup, kind: string) =>
  readdirSync(destination).filter((name) => name.includes(`.${kind}.`));

/** Every volume is whole and fits the database, and so does one that is rebuilt; both versions can be restored. */
async function checkWhole(backup: LocalBackup): Promise<void> {
  for (const place of ['as it is', 'rebuilt']) {
    if (place === 'rebuilt') rmSync(backup.dataFolder, { recursive: true });
    await using opened = await backup.open('read');
    const settings = readTestSettings(backup.settings(), 'all', () => 0.5);
    const { faultyVolumes } = await runTest(opened, settings, backup.context);
    assert.deepEqual(faultyVolumes, [], place);
  }
  for (const [version, text] of ['second', 'first'].entries()) {
    const folder = await backup.restore(version);
    assert.equal(readFileSync(join(folder, 'short'), 'utf8'), text);
    assert.deepEqual(readFileSync(join(folder, 'long')), CONTENT);
  }
}

test('runRepair() finds nothing to do for a whole backup', async (t) => {
  const backup = await twoVersions(t);
  const before = readdirSync(backup.destination);
  assert.deepEqual((await repair(backup)).actions, []);
  assert.deepEqual((await dryRun(backup)).actions, []);
  assert.deepEqual(readdirSync(backup.destination), before);
});

test('runRepair() rebuilds a database that is missing', async (t) => {
  const backup = await twoVersions(t);
  rmSync(backup.dataFolder, { recursive: true });
  assert.equal((await dryRun(backup)).isDatabaseRebuilt, true);
  assert.equal(existsSync(backup.dataFolder), false);
  const result = await repair(backup);
  assert.equal(result.isDatabaseRebuilt, true);
  assert.equal(result.storedVolumes, 0);
  await checkWhole(backup);
});

for (const database of ['kept', 'lost too']) {
  test(`runRepair() stores all indexes again (database ${database})`, async (t) => {
    const backup = await twoVersions(t);
    const indexes = volumesOf(backup, 'dindex');
    for (const name of indexes) rmSync(join(backup.destination, name));
    if (database === 'lost too') rmSync(backup.dataFolder, { recursive: true });
    else assert.equal((await dryRun(backup)).storedVolumes, indexes.length);
    const result = await repair(backup);
    assert.equal(result.storedVolumes, indexes.length);
    assert.equal(volumesOf(backup, 'dindex').length, indexes.length);
    await checkWhole(backup);
  });
}

for (const damage of ['lost', 'shortened']) {
  for (const kind of ['dlist', 'dindex']) {
    test(`runRepair() stores a ${kind} again that is ${damage}`, async (t) => {
      const backup = await twoVersions(t);
      const [name = ''] = volumesOf(backup, kind);
      if (damage === 'lost') rmSync(join(backup.destination, name));
      else truncateSync(join(backup.destination, name), 100);
      const planned = await dryRun(backup);
      const result = await repair(backup);
      assert.equal(result.storedVolumes, 1);
      assert.equal(result.deletedVolumes, 0);
      assert.equal(planned.storedVolumes, 1);
      await (await backup.open('continue'))[Symbol.asyncDispose]();
      await checkWhole(backup);
    });
  }
}

test('runRepair() names what is lost, and tryRepair() the dblocks; both change nothing', async (t) => {
  const backup = await twoVersions(t);
  const [block = ''] = volumesOf(backup, 'dblock');
  rmSync(join(backup.destination, block));
  const before = readdirSync(backup.destination);
  await assert.rejects(dryRun(backup), { code: 'remote-files-missing', message: new RegExp(block) });
  await assert.rejects(repair(backup), { code: 'data-lost', message: /in the version of / });
  await assert.rejects(dryRun(backup), { code: 'data-lost' });
  assert.deepEqual(readdirSync(backup.destination), before);
});
