import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { RunController, silentLog, systemClock } from '../../src/base/index.ts';
import { type Destination, softenDeletion } from '../../src/destinations/index.ts';
import {
  runSynchronize,
  type SynchronizeResult,
  type SynchronizeSettings,
} from '../../src/operations/index.ts';
import { emptyStatistics, Remote } from '../../src/transfer/index.ts';
import { type Fault, type FaultPlan, faultAt, type Verb } from '../support/fault-plan.ts';
import { faultyDestination } from '../support/faulty-destination.ts';
import { MemoryDestination, type MemoryStorage, memoryStorage } from '../support/memory-destination.ts';

const guid = (number: number) => number.toString(16).padStart(32, '0');
const dblock = (number: number) => `duplicati-b${guid(number)}.dblock.zip`;
const dindex = (number: number) => `duplicati-i${guid(number)}.dindex.zip`;
const dlist = (number: number) => `duplicati-2026112${number}T100000Z.dlist.zip`;
/** Version n needs dblock n and n + 1, whose indexes stand beside them. */
const version = (number: number) => [
  dblock(number),
  dblock(number + 1),
  dindex(number),
  dindex(number + 1),
  dlist(number),
];

const content = (name: string) => Buffer.from(`content of ${name}`);

function storageOf(names: Iterable<string>): MemoryStorage {
  const storage = memoryStorage();
  for (const name of names) storage.files.set(name, { bytes: content(name), modifiedAtMs: 1000 });
  return storage;
}

const TEXTS = ({ files }: MemoryStorage) =>
  new Map([...files].map(([name, { bytes }]) => [name, bytes.toString()]));

class Scene {
  readonly source: MemoryStorage;
  readonly target: MemoryStorage;
  readonly #folder: string;
  #count = 0;

  constructor(folder: string, source: Iterable<string>, target: Iterable<string>) {
    this.#folder = folder;
    this.source = storageOf(source);
    this.target = storageOf(target);
  }

  /** Every version that the target lists has all that it needs, and what is of other origin is there. */
  checkTarget(): void {
    for (const number of [1, 2, 3, 4])
      if (this.target.files.has(dlist(number)))
        for (const name of version(number))
          assert.equal(this.target.files.get(name)?.bytes.toString(), content(name).toString(), name);
  }

  async run(
    given: Partial<SynchronizeSettings> = {},
    plans: { readonly source?: FaultPlan; readonly target?: FaultPlan } = {},
  ): Promise<SynchronizeResult> {
    const open = (storage: MemoryStorage, plan: FaultPlan = () => undefined): Destination =>
      faultyDestination(new MemoryDestination(storage), plan);
    const target = open(this.target, plans.target);
    const remote = (destination: Destination) =>
      new Remote(
        destination,
        { retry: { retries: 0, delayMs: 0, growth: 'constant' }, folder: 'create' },
        { log: silentLog, signal: new AbortController().signal, statistics: emptyStatistics() },
      );
    const settings: SynchronizeSettings = {
      copies: 'differing',
      extras: 'delete',
      comparesContents: false,
      readsBack: false,
      isDryRun: false,
      parallelCopies: 2,
      newTemporaryPath: () => join(this.#folder, `${this.#count++}`),
      ...given,
    };
    const ends = {
      source: remote(open(this.source, plans.source)),
      target: remote(
        settings.extras === 'rename'
          ? softenDeletion(target, { prefix: 'kept-', rename: 'where-possible' })
          : target,
      ),
    };
    return runSynchronize(ends, settings, {
      log: silentLog,
      control: new RunController(),
      clock: systemClock,
      report: () => {},
    });
  }
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-sync-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('runSynchronize() copies what is missing or broken, removes what the source lost, and leaves other files alone', async (t) => {
  const scene = new Scene(
    folderOf(t),
    [...version(2), ...version(3), 'duplicati-verification.json'],
    [...version(1), 'photo.jpg', 'other-20260101T000000Z.dlist.zip'],
  );
  scene.target.files.set(dblock(3), { bytes: Buffer.from('half'), modifiedAtMs: 2000 });
  const result = await scene.run();
  assert.deepEqual(
    [...TEXTS(scene.target)].sort(),
    [
      ...TEXTS(scene.source),
      ...['photo.jpg', 'other-20260101T000000Z.dlist.zip'].map(
        (name) => [name, content(name).toString()] as const,
      ),
    ].sort(),
  );
  assert.deepEqual([result.removedFiles, result.foreignFiles, result.replacedFiles], [3, 2, 1]);
  const again = await scene.run();
  assert.deepEqual(
    [again.copiedFiles, again.removedFiles, again.unchangedFiles],
    [0, 0, scene.source.files.size],
  );
});

test('runSynchronize() changes nothing in a dry run', async (t) => {
  const scene = new Scene(folderOf(t), version(2), version(1));
  const before = TEXTS(scene.target);
  const result = await scene.run({ isDryRun: true });
  assert.deepEqual(TEXTS(scene.target), before);
  assert.deepEqual([result.copiedFiles, result.removedFiles], [3, 3]);
});

test('runSynchronize() leaves what may not go', async (t) => {
  const scene = new Scene(folderOf(t), version(2), version(1));
  const result = await scene.run({ extras: 'leave' });
  assert.equal(result.remainingFiles, 3);
  for (const name of [...version(1), ...version(2)]) assert.ok(scene.target.files.has(name), name);
});

test('runSynchronize() keeps under other names what it removes or replaces, with retention', async (t) => {
  const scene = new Scene(folderOf(t), version(2), version(1));
  scene.target.files.set(dindex(2), { bytes: Buffer.from('other'), modifiedAtMs: 2000 });
  await scene.run({ extras: 'rename' });
  scene.checkTarget();
  assert.equal(scene.target.files.get(`kept-${dindex(2)}`)?.bytes.toString(), 'other');
  assert.equal(scene.target.files.get(`kept-${dlist(1)}`)?.bytes.toString(), content(dlist(1)).toString());
  assert.ok(!scene.target.files.has(dlist(1)));
});

test('runSynchronize() compares contents and reads back where that is asked for', async (t) => {
  const scene = new Scene(folderOf(t), version(2), version(2));
  const damaged = content(dblock(2)).fill('x', 0, 1);
  scene.target.files.set(dblock(2), { bytes: damaged, modifiedAtMs: 2000 });
  assert.equal((await scene.run()).copiedFiles, 0);
  const result = await scene.run({ comparesContents: true });
  assert.deepEqual([result.copiedFiles, result.unchangedFiles], [1, 4]);
  scene.checkTarget();
  const empty = new Scene(folderOf(t), version(2), []);
  const truncated = faultAt('get', 1, { kind: 'truncate', afterBytes: 3 });
  await assert.rejects(empty.run({ readsBack: true }, { target: truncated }), {
    code: 'destination-corrupt',
  });
});

test('runSynchronize() refuses a source without versions and a target that is ahead', async (t) => {
  const folder = folderOf(t);
  await assert.rejects(new Scene(folder, [], version(1)).run(), { code: 'sync-source-empty' });
  await assert.rejects(new Scene(folder, [], []).run(), { code: 'sync-source-empty' });
  await assert.rejects(new Scene(folder, [dblock(1)], version(1)).run(), { code: 'sync-source-empty' });
  const ahead = new Scene(folder, version(1), version(2));
  await assert.rejects(ahead.run(), { code: 'sync-target-newer' });
  assert.ok(ahead.target.files.has(dlist(2)));
  await ahead.run({ copies: 'all' });
  assert.ok(!ahead.target.files.has(dlist(2)));
});

test('runSynchronize() removes nothing when the target does not list what was stored there', async (t) => {
  const scene = new Scene(folderOf(t), version(2), version(1));
  const hides = (name: string) => name === dblock(3);
  await assert.rejects(scene.run({}, { target: faultAt('list', 2, { kind: 'hide', hides }) }), {
    code: 'sync-incomplete',
  });
  for (const name of version(1)) assert.ok(scene.target.files.has(name), name);
});

test('runSynchronize() removes nothing for a source that shows a file and does not give it', async (t) => {
  const scene = new Scene(folderOf(t), version(2), version(1));
  await assert.rejects(scene.run({}, { source: faultAt('get', 2, { kind: 'truncate', afterBytes: 1 }) }));
  for (const name of version(1)) assert.ok(scene.target.files.has(name), name);
  scene.checkTarget();
});

test('runSynchronize() may end at any call: versions at the target stay whole, and the next run goes on', async (t) => {
  const folder = folderOf(t);
  const verbs: Record<'source' | 'target', readonly Verb[]> = {
    source: ['list', 'get'],
    target: ['list', 'put', 'delete'],
  };
  const faults: readonly Fault[] = [
    { kind: 'error-before' },
    { kind: 'error-after' },
    { kind: 'break', afterBytes: 5 },
  ];
  const calls = fc.constantFrom('source', 'target').chain((side: 'source' | 'target') =>
    fc.record({
      side: fc.constant(side),
      verb: fc.constantFrom(...verbs[side]),
      number: fc.integer({ min: 1, max: 9 }),
      fault: fc.constantFrom(...faults),
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      calls,
      fc.constantFrom<'delete' | 'rename'>('delete', 'rename'),
      async ({ side, verb, number, fault }, extras) => {
        const scene = new Scene(folder, [...version(2), ...version(3)], [...version(1), 'photo.jpg']);
        await scene.run({ extras }, { [side]: faultAt(verb, number, fault) }).catch(() => {});
        if (fault.kind !== 'break' || verb !== 'put') scene.checkTarget();
        if (!scene.target.files.has(dlist(1)))
          for (const name of [...version(2), ...version(3)]) assert.ok(scene.target.files.has(name), name);
        await scene.run({ extras });
        scene.checkTarget();
        for (const name of scene.source.files.keys()) assert.ok(scene.target.files.has(name), name);
        assert.ok(scene.target.files.has('photo.jpg'));
      },
    ),
    { numRuns: 150 },
  );
});
