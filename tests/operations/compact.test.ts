/** Compaction: space comes back, every version stays whole, and whatever ends a run is made up for by the next one. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { RunController } from '../../src/base/index.ts';
import { createEngine, type MemoryEngine } from '../support/engine.ts';
import { type Fault, faultAt, faultWhen, type Verb } from '../support/fault-plan.ts';
import { History } from '../support/history.ts';
import { assertSound, versionTimes } from '../support/oracle.ts';
import { seededBytes } from '../support/seeded-random.ts';

const KEEP = ['--no-auto-compact=true'];
/** Less than a percent of waste is worth a compaction. */
const EAGER = ['--threshold=1'];

interface Bench {
  readonly engine: MemoryEngine;
  readonly history: History;
}

async function backUp({ engine, history }: Bench, options: readonly string[] = KEEP): Promise<void> {
  const rows = history.see(engine.source);
  const { versionTime } = await engine.backup({ options });
  if (versionTime !== undefined) history.commit(versionTime, rows);
}

async function deleteVersions({ engine, history }: Bench, numbers: readonly number[]): Promise<void> {
  const times = await versionTimes(engine);
  await engine.delete({
    options: [...KEEP, ...(numbers.length > 0 ? [`--version=${numbers.join(',')}`] : [])],
  });
  history.forget(new Set(numbers.map((number) => times[number] ?? 0)));
}

function write({ engine }: Bench, name: string, sizeBytes: number, seed: number): void {
  writeFileSync(join(engine.source, name), seededBytes(sizeBytes, seed));
}

/**
 * Four volumes a third of which the version that is left does not need, a larger file with a blocklist, and a
 * small volume.
 */
async function wastefulBackup(t: TestContext, passphrase?: string): Promise<Bench> {
  const engine = await createEngine(t, passphrase === undefined ? {} : { passphrase });
  const bench = { engine, history: new History() };
  for (let file = 0; file < 30; file++) write(bench, `file-${file}`, 100_000, file + 1);
  write(bench, 'large', 400_000, 99);
  await backUp(bench);
  for (let file = 0; file < 30; file += 3) rmSync(join(engine.source, `file-${file}`));
  await backUp(bench);
  await deleteVersions(bench, [1]);
  return bench;
}

const dblocks = ({ engine }: Bench) =>
  [...engine.storage.files.keys()].filter((name) => name.includes('.dblock.'));
const storedBytes = ({ engine }: Bench) =>
  [...engine.storage.files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);

for (const [which, passphrase] of [
  ['plain', undefined],
  ['encrypted', 'a passphrase'],
] as const) {
  test(`runCompact() takes the waste out of ${which} volumes and leaves every version whole`, async (t) => {
    const bench = await wastefulBackup(t, passphrase);
    const [before, beforeBytes] = [dblocks(bench), storedBytes(bench)];
    const result = await bench.engine.compact();
    assert.deepEqual(result.reasons, ['wasted-space']);
    assert.ok(result.rewrittenVolumes >= 3 && result.storedVolumes < result.rewrittenVolumes);
    assert.ok(storedBytes(bench) < beforeBytes * 0.75);
    assert.ok(before.filter((name) => dblocks(bench).includes(name)).length <= 1);
    await assertSound(bench.engine, bench.history, 'compacted', 'whole');
    const again = await bench.engine.compact();
    assert.deepEqual([again.unusedVolumes, again.rewrittenVolumes], [0, 0]);
  });
}

test('runCompact() deletes volumes that nothing needs without reading any', async (t) => {
  const bench: Bench = { engine: await createEngine(t), history: new History() };
  write(bench, 'first', 2_000_000, 1);
  await backUp(bench);
  write(bench, 'first', 2_000_000, 2);
  write(bench, 'second', 10, 3);
  await backUp(bench);
  await deleteVersions(bench, [1]);
  const faults = faultWhen(({ verb, name }) => verb === 'get' && name.includes('.dblock.'), {
    kind: 'error-before',
  });
  const result = await bench.engine.compact({ faults });
  assert.ok(result.unusedVolumes > 0);
  assert.equal(result.storedVolumes, 0);
  await assertSound(bench.engine, bench.history, 'deleted', 'whole');
});

test('runCompact() of a dry run says what it would do and why, and changes nothing', async (t) => {
  const bench = await wastefulBackup(t);
  const before = new Map(bench.engine.storage.files);
  const result = await bench.engine.compact({ options: ['--dry-run=true'] });
  assert.deepEqual(result.reasons, ['wasted-space']);
  assert.ok(result.rewrittenVolumes >= 3);
  assert.deepEqual(bench.engine.storage.files, before);
  const told = bench.engine.log.filter(({ level }) => level === 'dry-run').map(({ text }) => text);
  assert.match(told[0] ?? '', /^Would rewrite \d of \d volumes: \d+ % of the stored data are not needed/);
  assert.equal(told.length, 1 + result.rewrittenVolumes);
});

test('runBackup() joins small volumes once there are too many', async (t) => {
  const bench: Bench = { engine: await createEngine(t), history: new History() };
  const options = ['--small-file-max-count=2'];
  for (let round = 0; round < 6; round++) {
    write(bench, `file-${round}`, 5000, round + 1);
    await backUp(bench, options);
    assert.ok(dblocks(bench).length <= 2, `${dblocks(bench).length} volumes after round ${round}`);
  }
  await assertSound(bench.engine, bench.history, 'joined', 'whole');
});

test('runBackup() reclaims what its retention lets go', async (t) => {
  const bench: Bench = { engine: await createEngine(t), history: new History() };
  for (let round = 0; round < 6; round++) {
    for (let file = 0; file < 8; file++)
      if (round === 0 || file % 4 === round % 4) write(bench, `file-${file}`, 120_000, round * 8 + file + 1);
    const rows = bench.history.see(bench.engine.source);
    const { versionTime } = await bench.engine.backup({ options: ['--keep-versions=1'] });
    bench.history.forget(new Set(Array.from({ length: 1e4 }, (_, back) => (versionTime ?? 0) - back)));
    bench.history.commit(versionTime ?? 0, rows);
  }
  assert.ok(storedBytes(bench) < 8 * 120_000 * 1.6, `${storedBytes(bench)} bytes`);
  await assertSound(bench.engine, bench.history, 'kept one version', 'whole');
});

test('runCompact() with a larger volume size joins volumes up to it, with a smaller one keeps to that', async (t) => {
  const bench = await wastefulBackup(t);
  await bench.engine.compact({ options: ['--dblock-size=10mb'] });
  assert.equal(dblocks(bench).length, 1);
  await assertSound(bench.engine, bench.history, 'larger', 'whole');
  for (let file = 1; file < 30; file += 3) rmSync(join(bench.engine.source, `file-${file}`));
  await backUp(bench);
  await deleteVersions(bench, [1]);
  write(bench, 'other', 900_000, 7);
  await backUp(bench);
  rmSync(join(bench.engine.source, 'other'));
  write(bench, 'another', 900_000, 8);
  await backUp(bench);
  await deleteVersions(bench, [1]);
  await bench.engine.compact({ options: EAGER });
  const sizes = [...bench.engine.storage.files].flatMap(([name, { bytes }]) =>
    name.includes('.dblock.') ? [bytes.length] : [],
  );
  assert.ok(Math.max(...sizes) < 1_100_000, `${sizes}`);
  await assertSound(bench.engine, bench.history, 'smaller', 'whole');
});

test('runCompact() into another container compresses again', async (t) => {
  const bench = await wastefulBackup(t);
  await bench.engine.compact({ options: ['--compression-module=tzstd'] });
  assert.ok(dblocks(bench).some((name) => name.endsWith('.tzstd')));
  await assertSound(bench.engine, bench.history, 'tzstd');
});

test('runBackup() revives blocks that no version needed when they come back before a compaction', async (t) => {
  const bench = await wastefulBackup(t);
  for (let file = 0; file < 30; file += 3) write(bench, `file-${file}`, 100_000, file + 1);
  const { newBlocks } = await bench.engine.backup({ options: KEEP });
  assert.equal(newBlocks <= 10, true, `${newBlocks} new blocks, metadata aside`);
  bench.history.commit((await versionTimes(bench.engine))[0] ?? 0, bench.history.see(bench.engine.source));
  assert.equal((await bench.engine.compact()).rewrittenVolumes, 0);
  await assertSound(bench.engine, bench.history, 'revived', 'whole');
});

function sizeOf(files: Bench['engine']['storage']['files'], name: string): number {
  return files.get(name)?.bytes.length ?? 0;
}

test('runCompact() leaves a damaged volume as it is and says so', async (t) => {
  const bench = await wastefulBackup(t);
  const { files } = bench.engine.storage;
  const [name = ''] = dblocks(bench).sort((one, other) => sizeOf(files, other) - sizeOf(files, one));
  const file = files.get(name) ?? assert.fail();
  files.set(name, { ...file, bytes: Buffer.alloc(file.bytes.length) });
  const result = await bench.engine.compact();
  assert.deepEqual(result.unreadableVolumes, [name]);
  assert.ok(result.storedVolumes > 0);
  files.set(name, file);
  await assertSound(bench.engine, bench.history, 'mended again', 'whole');
  await bench.engine.compact();
  await assertSound(bench.engine, bench.history, 'compacted at last', 'whole');
});

/** The generated matrix of faults tries every call; these are the moments that differ in what they leave. */
const ENDS: readonly (readonly [string, Verb, number, Fault])[] = [
  ['with a part of its first new dblock stored', 'put', 1, { kind: 'break', afterBytes: 5000 }],
  ['with a new dblock stored and not booked', 'put', 1, { kind: 'error-after' }],
  ['with a new dblock stored and no dindex', 'put', 2, { kind: 'error-before' }],
  ['before it deletes its first old dblock', 'delete', 1, { kind: 'error-before' }],
  ['between an old dblock and its dindex', 'delete', 2, { kind: 'error-before' }],
];

for (const [when, verb, number, fault] of ENDS)
  test(`runCompact() that ends ${when} loses nothing, and the next one finishes`, async (t) => {
    const bench = await wastefulBackup(t);
    await assert.rejects(bench.engine.compact({ faults: faultAt(verb, number, fault) }));
    await assertSound(bench.engine, bench.history, 'ended early');
    await bench.engine.compact();
    await assertSound(bench.engine, bench.history, 'finished');
    assert.ok(storedBytes(bench) < 2_900_000, `${storedBytes(bench)} bytes are left`);
  });

test('runCompact() interrupted twice after its first upload leaves all whole', async (t) => {
  const bench = await wastefulBackup(t);
  for (const number of [2, 3])
    await assert.rejects(bench.engine.compact({ faults: faultAt('put', number, { kind: 'error-before' }) }));
  await bench.engine.compact();
  await assertSound(bench.engine, bench.history, 'finished', 'whole');
});

test('runCompact() repeats failing uploads under new names, and its indexes name what was stored', async (t) => {
  const bench = await wastefulBackup(t);
  const faults = faultWhen(({ verb, verbCallNumber }) => verb === 'put' && verbCallNumber % 2 === 1, {
    kind: 'error-after',
  });
  await bench.engine.compact({ faults, options: ['--number-of-retries=20'] });
  await assertSound(bench.engine, bench.history, 'repeated', 'whole');
});

test('runCompact() that is stopped or aborted leaves the rest for the next time', async (t) => {
  const bench = await wastefulBackup(t);
  const stopped = new RunController();
  const result = await bench.engine.compact({
    controller: stopped,
    faults: faultAt('get', 2, { kind: 'run-before', run: () => stopped.stop() }),
  });
  assert.equal(result.isComplete, false);
  await assertSound(bench.engine, bench.history, 'stopped', 'whole');
  const aborted = new RunController();
  await deleteVersions(bench, []);
  const faults = faultAt('get', 1, { kind: 'run-before', run: () => aborted.abort() });
  await bench.engine.compact({ controller: aborted, faults, options: EAGER }).catch(() => {});
  await assertSound(bench.engine, bench.history, 'aborted', 'whole');
});

test('runCompact() deletes nothing while versions lack data', async (t) => {
  const bench = await wastefulBackup(t);
  const { files } = bench.engine.storage;
  const [lost = ''] = dblocks(bench);
  files.delete(lost);
  rmSync(join(bench.engine.source, 'large'));
  rmSync(join(bench.engine.source, 'file-1'));
  await bench.engine.backup();
  const left = dblocks(bench);
  await assert.rejects(bench.engine.compact({ options: EAGER }), { code: 'compact-with-losses' });
  assert.deepEqual(dblocks(bench), left);
});

test('runCompact() deletes nothing when somebody else has written to the destination meanwhile', async (t) => {
  const bench = await wastefulBackup(t);
  const { files } = bench.engine.storage;
  const [[name, file] = assert.fail()] = [...files].filter(([one]) => one.includes('.dlist.'));
  const stranger = name.replace(/\d{8}T/, '20200101T');
  const faults = faultAt('list', 2, {
    kind: 'run-before',
    run: () => void files.set(stranger, file),
  });
  const result = await bench.engine.compact({ faults });
  assert.deepEqual([result.isComplete, result.unusedVolumes, result.rewrittenVolumes], [false, 0, 0]);
  assert.ok(bench.engine.log.some(({ id }) => id === 'compaction-skipped'));
  files.delete(stranger);
  await bench.engine.compact();
  await assertSound(bench.engine, bench.history, 'compacted later');
});
