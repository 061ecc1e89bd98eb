/**
 * Parity data: written before their volume, gone with it, and enough to restore, compact and repair what is
 * damaged at the destination.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createEngine, type MemoryEngine } from '../support/engine.ts';
import { type FaultPlan, faultWhen, type VerbCall } from '../support/fault-plan.ts';
import { History } from '../support/history.ts';
import { assertSound } from '../support/oracle.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { treeRows } from '../support/tree-rows.ts';

const WITH_PARITY = ['--parity-module=par2', '--no-auto-compact=true'];

/** False, and the test is skipped loudly, where there is no par2. */
function hasPar2(t: TestContext): boolean {
  const isThere = spawnSync('par2', ['-V']).error === undefined;
  if (!isThere) t.skip('par2 is not installed');
  return isThere;
}

async function protectedBackup(
  t: TestContext,
  run: { readonly passphrase?: string } = {},
): Promise<MemoryEngine> {
  const engine = await createEngine(t, { ...run, options: WITH_PARITY });
  for (let file = 0; file < 4; file++)
    writeFileSync(join(engine.source, `file-${file}`), seededBytes(60_000, file + 1));
  await engine.backup();
  return engine;
}

const namesOf = ({ storage }: MemoryEngine, pattern: RegExp) =>
  [...storage.files.keys()].filter((name) => pattern.test(name)).toSorted();

/** Every dblock and every file list has parity data, and there are no others. */
function assertAccompanied(engine: MemoryEngine, label = ''): void {
  const volumes = namesOf(engine, /\.(dblock|dlist)\.[^.]+(\.aes)?$/);
  assert.deepEqual(
    namesOf(engine, /par2$/),
    volumes.map((name) => `${name}.par2`),
    label,
  );
}

function damage({ storage }: MemoryEngine, pattern: RegExp, change: (bytes: Buffer) => Buffer): string {
  const [name = ''] = [...storage.files.keys()].filter((candidate) => pattern.test(candidate));
  const file = storage.files.get(name);
  assert.ok(file !== undefined);
  storage.files.set(name, { ...file, bytes: change(Buffer.from(file.bytes)) });
  return name;
}

const spoil = (bytes: Buffer) => bytes.fill(0x55, 20_000, 23_000);
const cutOff = (bytes: Buffer) => bytes.subarray(0, -3000);
const DBLOCK = /\.dblock\.[^.]+(\.aes)?$/;
const DLIST = /\.dlist\.[^.]+(\.aes)?$/;

for (const [which, passphrase] of [
  ['plain', undefined],
  ['encrypted', 'a passphrase'],
] as const) {
  test(`restore takes ${which} volumes that are damaged as their parity data make them`, async (t) => {
    if (!hasPar2(t)) return;
    const engine = await protectedBackup(t, passphrase === undefined ? {} : { passphrase });
    assertAccompanied(engine);
    damage(engine, DBLOCK, spoil);
    damage(engine, DLIST, (bytes) => bytes.fill(0x55, 0, 60));
    for (const database of ['use', 'ignore'] as const) {
      const { target, result } = await engine.restore(0, database);
      assert.deepEqual(result.brokenFiles, []);
      assert.deepEqual(treeRows(target), treeRows(engine.source));
    }
    assert.ok(engine.log.some(({ id }) => id === 'volume-mended'));
  });
}

test('repair stores a dblock again that test found damaged', async (t) => {
  if (!hasPar2(t)) return;
  const engine = await protectedBackup(t);
  const name = damage(engine, DBLOCK, spoil);
  const before = await engine.test();
  assert.deepEqual(
    before.faultyVolumes.map((volume) => volume.name),
    [name],
  );
  const result = await engine.repair();
  assert.equal(result.storedVolumes, 2);
  assert.ok(!engine.storage.files.has(name));
  assert.equal((await engine.test()).hasErrors, false);
  assertAccompanied(engine);
  await assertSound(engine, new History(), 'after the repair');
});

test('a backup stores a dblock again that the listing shows cut off', async (t) => {
  if (!hasPar2(t)) return;
  const engine = await protectedBackup(t);
  const name = damage(engine, DBLOCK, cutOff);
  writeFileSync(join(engine.source, 'file-0'), seededBytes(60_000, 9));
  await engine.backup();
  assert.ok(!engine.storage.files.has(name));
  assert.equal((await engine.test()).hasErrors, false);
  assert.ok(!engine.log.some(({ id }) => id === 'database-rebuild'));
});

test('a dblock beyond repair stays, and is reported as before', async (t) => {
  if (!hasPar2(t)) return;
  const engine = await protectedBackup(t);
  const name = damage(engine, DBLOCK, (bytes) => bytes.fill(0x55, 0, 120_000));
  await engine.test();
  await assert.rejects(engine.repair(), { code: 'data-lost' });
  assert.ok(engine.log.some(({ id }) => id === 'volume-beyond-repair'));
  assert.deepEqual(
    (await engine.test()).faultyVolumes.map((volume) => volume.name),
    [name],
  );
});

test('parity data that do not suffice are fetched once, and again after the volume was tested again', async (t) => {
  if (!hasPar2(t)) return;
  const engine = await protectedBackup(t);
  writeFileSync(join(engine.source, 'later'), seededBytes(10_000, 9));
  await engine.backup();
  damage(engine, DBLOCK, (bytes) => bytes.fill(0x55, 0, 120_000));
  let fetches = 0;
  const faults: FaultPlan = ({ verb, name }) => {
    if (verb === 'get' && name.endsWith('.dblock.zip.par2')) fetches++;
    return undefined;
  };
  for (const expected of [1, 2]) {
    await engine.test();
    for (let run = 0; run < 2; run++) await engine.delete({ options: ['--keep-versions=5'], faults });
    assert.equal(fetches, expected);
  }
});

test('a damaged dblock that was put in order from elsewhere counts as whole again', async (t) => {
  if (!hasPar2(t)) return;
  const engine = await protectedBackup(t);
  const [name = ''] = namesOf(engine, DBLOCK);
  const whole = engine.storage.files.get(name);
  assert.ok(whole !== undefined);
  damage(engine, DBLOCK, spoil);
  await engine.test();
  engine.storage.files.set(name, whole);
  assert.equal((await engine.repair()).storedVolumes, 0);
  await using opened = await engine.open();
  assert.equal(opened.database.volumes.find(name)?.damagedAtMs, undefined);
});

test('compact mends a damaged dblock that it rewrites, and parity data go with their volumes', async (t) => {
  if (!hasPar2(t)) return;
  const engine = await protectedBackup(t);
  rmSync(join(engine.source, 'file-1'));
  await engine.backup();
  await engine.delete({ options: ['--version=1'] });
  damage(engine, DBLOCK, spoil);
  const { rewrittenVolumes } = await engine.compact({ options: ['--threshold=1'] });
  assert.equal(rewrittenVolumes, 2);
  assertAccompanied(engine);
  await assertSound(engine, new History(), 'after the compaction');
});

test('volumes without parity data stay without, and those that have some keep them, when the option is left out', async (t) => {
  if (!hasPar2(t)) return;
  const engine = await createEngine(t);
  writeFileSync(join(engine.source, 'file'), seededBytes(60_000, 1));
  await engine.backup({ options: WITH_PARITY });
  const [first = ''] = namesOf(engine, DLIST);
  writeFileSync(join(engine.source, 'file'), seededBytes(60_000, 2));
  await engine.backup();
  assert.equal(namesOf(engine, /par2$/).length, 2);
  await engine.delete({ options: ['--version=1', '--no-auto-compact=true'] });
  assert.ok(!engine.storage.files.has(`${first}.par2`));
  assert.equal(namesOf(engine, /par2$/).length, 1);
});

const isPut = (pattern: RegExp) => (call: VerbCall) => call.verb === 'put' && pattern.test(call.name);

const ENDS: readonly (readonly [string, FaultPlan])[] = [
  ['before the parity data', faultWhen(isPut(/dblock.*par2$/), { kind: 'error-before' })],
  ['after the parity data', faultWhen(isPut(/dblock.*par2$/), { kind: 'error-after' })],
  ['within the dblock', faultWhen(isPut(DBLOCK), { kind: 'break', afterBytes: 1000 })],
  ['after the dblock', faultWhen(isPut(DBLOCK), { kind: 'error-after' })],
  ['before the file list', faultWhen(isPut(DLIST), { kind: 'error-before' })],
];

for (const [place, faults] of ENDS)
  test(`a run that ended ${place} leaves no parity data without a volume for good`, async (t) => {
    if (!hasPar2(t)) return;
    const engine = await createEngine(t, { options: WITH_PARITY });
    writeFileSync(join(engine.source, 'file'), seededBytes(60_000, 1));
    await assert.rejects(engine.backup({ faults }));
    await engine.backup();
    assertAccompanied(engine, place);
    assert.equal((await engine.test()).hasErrors, false);
  });

for (const [what, plan] of [
  ['the parity data', faultWhen(isPut(/dblock.*par2$/), { kind: 'error-before' })],
  ['half of the dblock', faultWhen(isPut(DBLOCK), { kind: 'break', afterBytes: 1000 })],
  ['the dblock', faultWhen(isPut(DBLOCK), { kind: 'error-after' })],
  ['the index', faultWhen(isPut(/dindex/), { kind: 'error-after' })],
] as const)
  test(`a repair that ended while it stored ${what} is made up for by the next run`, async (t) => {
    if (!hasPar2(t)) return;
    const engine = await protectedBackup(t);
    damage(engine, DBLOCK, spoil);
    await engine.test();
    await assert.rejects(engine.repair({ faults: plan }));
    await engine.repair();
    assert.equal((await engine.test()).hasErrors, false);
    assertAccompanied(engine);
    await assertSound(engine, new History(), what);
  });
