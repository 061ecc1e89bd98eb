/** Deleting versions: what stays is whole, and a run that ends in between is finished by the next one. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type DeleteResult, type OpenedBackup, runDelete } from '../../src/operations/index.ts';
import type { RetentionPolicy } from '../../src/retention/index.ts';
import { emptyStatistics, Remote } from '../../src/transfer/index.ts';
import { type FaultPlan, faultAt } from '../support/fault-plan.ts';
import { faultyDestination } from '../support/faulty-destination.ts';
import { type LocalBackup, localBackup } from '../support/local-backup.ts';
import { seededBytes } from '../support/seeded-random.ts';

type Tree = Readonly<Record<string, string>>;

function readTree(folder: string): Tree {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'base64')]));
}

/**
 * Three versions: a file that stays, one that changes each time, one that only the middle version has, and
 * one that goes and comes again.
 */
async function threeVersions(t: TestContext): Promise<{ backup: LocalBackup; trees: Tree[] }> {
  const backup = await localBackup(t);
  const path = (name: string) => join(backup.source, name);
  const trees: Tree[] = [];
  writeFileSync(path('steady'), seededBytes(20_000, 1));
  for (const round of [0, 1, 2]) {
    writeFileSync(path('changing'), seededBytes(5000 + round, 10 + round));
    if (round === 1) writeFileSync(path('middle'), seededBytes(3000, 2));
    else rmSync(path('middle'), { force: true });
    if (round === 1) rmSync(path('returning'));
    else writeFileSync(path('returning'), 'here again');
    await backup.backUp();
    trees.unshift(readTree(backup.source));
  }
  return { backup, trees };
}

async function deleteWith(
  backup: LocalBackup,
  policy: RetentionPolicy,
  dryRun = false,
): Promise<DeleteResult> {
  await using opened = await backup.open('continue');
  return await runDelete(opened, { policy, dryRun }, backup.context);
}

async function checkVersions(backup: LocalBackup, trees: readonly Tree[]): Promise<void> {
  {
    await using opened = await backup.open('read');
    assert.equal(opened.database.filesets.versions().length, trees.length);
  }
  for (const [version, tree] of trees.entries()) {
    assert.deepEqual(readTree(await backup.restore(version)), tree, `version ${version}`);
  }
}

const dlists = ({ destination }: LocalBackup) =>
  readdirSync(destination).filter((name) => name.includes('.dlist.'));
const otherVolumes = ({ destination }: LocalBackup) =>
  readdirSync(destination).filter((name) => !name.includes('.dlist.'));

for (const [which, gone] of [
  ['the newest', [0]],
  ['the middle', [1]],
  ['the oldest', [2]],
  ['the newest and the oldest', [0, 2]],
  ['the two newest', [0, 1]],
] as const) {
  test(`runDelete() of ${which} leaves the others whole, here, after another backup, and after a rebuild`, async (t) => {
    const { backup, trees } = await threeVersions(t);
    const others = otherVolumes(backup);
    const result = await deleteWith(backup, { versions: gone });
    assert.equal(result.deletedVersions, gone.length);
    const left = trees.filter((_, index) => !gone.some((number) => number === index));
    assert.equal(dlists(backup).length, left.length);
    assert.deepEqual(otherVolumes(backup), others, 'only file lists are deleted');
    await checkVersions(backup, left);
    writeFileSync(join(backup.source, 'added'), 'later');
    await backup.backUp();
    const all = [readTree(backup.source), ...left];
    await checkVersions(backup, all);
    rmSync(backup.dataFolder, { recursive: true });
    await checkVersions(backup, all);
  });
}

test('runDelete() keeps the newest of all versions unless full removal is allowed', async (t) => {
  const { backup, trees } = await threeVersions(t);
  const result = await deleteWith(backup, { versions: [0, 1, 2] });
  assert.deepEqual(
    result.versions.map(({ action, reason }) => [action, reason]),
    [
      ['keep', 'last-version'],
      ['delete', 'chosen'],
      ['delete', 'chosen'],
    ],
  );
  assert.ok(backup.log.some(({ level, id }) => level === 'warning' && id === 'last-version'));
  await checkVersions(backup, trees.slice(0, 1));
  await deleteWith(backup, { versions: [0], allowFullRemoval: true });
  assert.deepEqual(dlists(backup), []);
  await backup.backUp();
  await checkVersions(backup, [readTree(backup.source)]);
});

test('runDelete() changes nothing in a dry run, and says what it would do and why', async (t) => {
  const { backup, trees } = await threeVersions(t);
  const before = readdirSync(backup.destination);
  const result = await deleteWith(backup, { keepVersions: 1 }, true);
  assert.equal(result.deletedVersions, 2);
  assert.deepEqual(readdirSync(backup.destination), before);
  const told = backup.log.filter(({ level }) => level === 'dry-run').map(({ text }) => text);
  assert.equal(told.length, 3);
  assert.match(told[2] ?? '', /^Would delete version 2 of .*: there are enough newer versions\.$/);
  await checkVersions(backup, trees);
});

function withFaults(opened: OpenedBackup, plan: FaultPlan, backup: LocalBackup): OpenedBackup {
  const remote = new Remote(
    faultyDestination(opened.remote.destination, plan),
    { retry: { retries: 0, delayMs: 0, growth: 'constant' }, folder: 'must-exist' },
    { log: backup.context.log, signal: backup.context.control.signal, statistics: emptyStatistics() },
  );
  return { ...opened, remote };
}

for (const number of [1, 2]) {
  for (const kind of ['error-before', 'error-after'] as const) {
    test(`runDelete() that ends at deletion ${number} (${kind}) is finished by the next run`, async (t) => {
      const { backup, trees } = await threeVersions(t);
      {
        await using opened = await backup.open('continue');
        const failing = withFaults(opened, faultAt('delete', number, { kind }), backup);
        await assert.rejects(
          runDelete(failing, { policy: { versions: [0, 1] }, dryRun: false }, backup.context),
          { code: 'destination-unreachable' },
        );
      }
      await (await backup.open('continue'))[Symbol.asyncDispose]();
      assert.equal(dlists(backup).length, 1);
      await checkVersions(backup, trees.slice(2));
    });
  }
}
