/**
 * A change of the passphrase: at every moment everything can be restored with the two passphrases, and a run
 * that ends early is finished by the next.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openDestination } from '../../src/destinations/index.ts';
import {
  changePassphrase,
  type Opening,
  openBackup,
  type PassphraseChange,
} from '../../src/operations/index.ts';
import { decryptVolume } from '../../src/pipeline/index.ts';
import { extent } from '../faults/extent.ts';
import { type FaultPlan, faultWhen } from '../support/fault-plan.ts';
import { faultyDestination } from '../support/faulty-destination.ts';
import { type LocalBackup, localBackup } from '../support/local-backup.ts';
import { seededBytes } from '../support/seeded-random.ts';

const OLD = 'a passphrase';
const NEW = 'another one';
const BOTH = { passphrase: OLD, 'new-passphrase': NEW };
/** Every so manieth moment is tried. */
const STEP = extent === 'whole' ? 1 : 9;

type Tree = Readonly<Record<string, string>>;

function readTree(folder: string): Tree {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'base64')]),
  );
}

async function twoVersions(t: TestContext): Promise<{ backup: LocalBackup; trees: Tree[] }> {
  const backup = await localBackup(t);
  const trees: Tree[] = [];
  for (const round of [1, 2]) {
    writeFileSync(join(backup.source, 'changing'), seededBytes(700_000, round));
    writeFileSync(join(backup.source, `new-${round}`), seededBytes(500_000, 10 + round));
    await backup.backUp();
    trees.unshift(readTree(backup.source));
  }
  return { backup, trees };
}

async function change(backup: LocalBackup, plan: FaultPlan = () => undefined): Promise<PassphraseChange> {
  const opening = backup.opening('continue', BOTH);
  const connect: typeof openDestination = async (url, options) =>
    faultyDestination(await openDestination(url, options), plan);
  const full: Opening = { ...opening, otherPassphrase: 'change', target: { ...opening.target, connect } };
  await using opened = await openBackup(full, backup.context);
  const volumes = backup.volumes({ passphrase: NEW });
  return await changePassphrase(opened, { newPassphrase: NEW, volumes, dryRun: false }, backup.context);
}

async function checkVersions(
  backup: LocalBackup,
  trees: readonly Tree[],
  options: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [version, tree] of trees.entries())
    assert.deepEqual(readTree(await backup.restore(version, options)), tree, `version ${version}`);
}

/** Every file at the destination, opened by one passphrase. */
async function assertOpenedBy(t: TestContext, backup: LocalBackup, passphrase: string): Promise<void> {
  const folder = join(backup.dataFolder, '..', 'temporary');
  let files = 0;
  const newPath = () => join(folder, `${t.name.length}-${files++}`);
  for (const name of readdirSync(backup.destination)) {
    const path = join(backup.destination, name);
    const plain = await decryptVolume({ name, path }, { passphrase, gpg: {} }, newPath);
    plain.close();
  }
}

test('changePassphrase() leaves nothing that the old passphrase opens, and keeps every version', async (t) => {
  const { backup, trees } = await twoVersions(t);
  const before = readdirSync(backup.destination).length;
  const result = await change(backup);
  assert.deepEqual(
    { ...result, changedBytes: 0 },
    {
      changedVolumes: 6,
      changedBytes: 0,
      volumesChangedBefore: 0,
      unreadableVolumes: [],
      isComplete: true,
      isDryRun: false,
    },
  );
  assert.equal(readdirSync(backup.destination).length, before);
  await assertOpenedBy(t, backup, NEW);
  await checkVersions(backup, trees, { passphrase: NEW });
  await assert.rejects(backup.backUp(), { code: 'settings-conflict' });
  writeFileSync(join(backup.source, 'later'), 'something new');
  const { newBlocks } = await backup.backUp({ passphrase: NEW });
  assert.ok(newBlocks < 10, `${newBlocks} blocks were stored again`);
  rmSync(backup.dataFolder, { recursive: true });
  mkdirSync(backup.dataFolder);
  await checkVersions(backup, [readTree(backup.source), ...trees], { passphrase: NEW });
});

for (const database of ['kept', 'lost'] as const) {
  test(`changePassphrase() ends at any call of the destination and is finished by the next run, the database ${database}`, async (t) => {
    const { backup, trees } = await twoVersions(t);
    const copy = new Map([backup.destination, backup.dataFolder].map((folder) => [folder, copyOf(folder)]));
    let moments = 0;
    for (let callNumber = 1; ; callNumber += STEP) {
      for (const [folder, files] of copy) putBack(folder, files);
      const kind = callNumber % 2 === 0 ? 'error-before' : 'error-after';
      const isDead = faultWhen((call) => call.callNumber >= callNumber, { kind });
      const outcome = await change(backup, isDead).catch(() => 'ended');
      if (outcome !== 'ended') break;
      moments++;
      if (database === 'lost') putBack(backup.dataFolder, new Map());
      await checkVersions(backup, trees, BOTH);
      assert.equal((await change(backup)).isComplete, true, `call ${callNumber}`);
      await checkVersions(backup, trees, { passphrase: NEW });
      await assertOpenedBy(t, backup, NEW);
    }
    assert.ok(moments >= 20 / STEP, `only ${moments} moments were met`);
    t.diagnostic(`${moments} moments`);
  });
}

test('openBackup() for an operation that writes is refused while a change of the passphrase is unfinished', async (t) => {
  const { backup, trees } = await twoVersions(t);
  await assert.rejects(
    change(
      backup,
      faultWhen(({ verb, verbCallNumber }) => verb === 'put' && verbCallNumber > 2, { kind: 'error-before' }),
    ),
  );
  for (const options of [{ passphrase: OLD }, { passphrase: NEW }])
    await assert.rejects(backup.backUp(options), { code: 'passphrase-change-unfinished' });
  await checkVersions(backup, trees, BOTH);
  const opening = backup.opening('continue', { ...BOTH, 'new-passphrase': 'a third one' });
  await using opened = await openBackup({ ...opening, otherPassphrase: 'change' }, backup.context);
  await assert.rejects(
    changePassphrase(
      opened,
      { newPassphrase: 'a third one', volumes: backup.volumes(), dryRun: false },
      backup.context,
    ),
    { code: 'settings-conflict' },
  );
});

test('changePassphrase() leaves a damaged dblock as it is, and tells it', async (t) => {
  const { backup } = await twoVersions(t);
  const [name = ''] = readdirSync(backup.destination).filter((file) => file.includes('.dblock.'));
  const path = join(backup.destination, name);
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const result = await change(backup);
  assert.deepEqual(result.unreadableVolumes, [name]);
  assert.equal(result.isComplete, true);
  assert.deepEqual(readFileSync(path), bytes);
});

function copyOf(folder: string): Map<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

function putBack(folder: string, files: ReadonlyMap<string, Buffer>): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
}
