/**
 * A year of daily runs: changing data, thinned out versions, compaction, bad lines, runs that end early, and
 * the database lost twice.
 */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { BackupError, type Clock, errorCode, RunController } from '../../src/base/index.ts';
import { resolveProgramOptions } from '../../src/options/index.ts';
import { planRetention, type RetainedVersion } from '../../src/retention/index.ts';
import { createEngine, type MemoryEngine } from '../support/engine.ts';
import { type FaultPlan, faultWhen, firstOf, randomFaults } from '../support/fault-plan.ts';
import { History } from '../support/history.ts';
import { assertSound, versionTimes } from '../support/oracle.ts';
import { seededBytes, seededRandom } from '../support/seeded-random.ts';
import { extent } from './extent.ts';
import { backUp, loseDatabase, type Stage } from './scenarios.ts';

const SEED = 365;
const DAYS = extent === 'whole' ? 365 : 8;
const DAY_MS = 24 * 60 * 60 * 1000;
const FILES = 60;
const LARGEST_BYTES = 40_000;
const THRESHOLD_PERCENT = 25;
const RETENTION = '1W:1D,4W:1W,12M:1M';
const OPTIONS = [
  `--retention-policy=${RETENTION}`,
  `--threshold=${THRESHOLD_PERCENT}`,
  '--number-of-retries=1',
];
const RULES =
  resolveProgramOptions({
    commandLine: new Map([['retention-policy', RETENTION]]),
    context: { pathListSeparator: ':' },
  }).get('retention-policy') ?? [];
/** The rules keep some seven days, four weeks and twelve months of a year; failed runs leave gaps. */
const LEAST_VERSIONS = 18;
const CHANCES = { abort: 0.2, badLine: 0.4, fault: 0.2 };

test(`${DAYS} days of daily runs over a bad line keep every version that the rules keep`, async (t) => {
  const random = seededRandom(SEED);
  let nowMs = Date.UTC(2026, 0, 1, 3);
  const clock: Clock = { now: () => nowMs };
  const stage = { engine: await createEngine(t, { clock, options: OPTIONS }), history: new History() };
  mkdirSync(join(stage.engine.source, 'folder'));
  let failures = 0;
  const databaseBytes: number[] = [];
  for (let day = 0; day < DAYS; day++) {
    nowMs += DAY_MS;
    changeSource(stage, random);
    if (day === Math.floor(DAYS / 3) || day === Math.floor((2 * DAYS) / 3)) loseDatabase(stage);
    if (!(await runOnce(stage, random, { day, nowMs }))) failures++;
    databaseBytes.push(statSync(stage.engine.databasePath).size);
    if (day % 60 === 59) await assertSound(stage.engine, stage.history, `day ${day}, seed ${SEED}`);
  }
  await assertSound(
    stage.engine,
    stage.history,
    `at the end, seed ${SEED}`,
    extent === 'whole' ? 'whole' : 'quick',
  );
  assert.ok((await wastedPercent(stage)) <= THRESHOLD_PERCENT, 'wasted space');
  const [middle = 0, last = 0] = [databaseBytes[Math.floor(DAYS / 2)], databaseBytes.at(-1)];
  assert.ok(last <= middle * 2, `the database grew from ${middle} to ${last} bytes`);
  const { length } = await versionTimes(stage.engine);
  assert.ok(length >= Math.min(DAYS / 2, LEAST_VERSIONS), `${length} versions are left`);
  t.diagnostic(`${DAYS} days, ${failures} failed runs, ${length} versions left, database of ${last} bytes`);
});

/**
 * The run of a day, over a line that may be bad, and that may be given up. What was thinned out is gone, and
 * nothing else is.
 */
async function runOnce(
  stage: Stage,
  random: () => number,
  { day, nowMs }: { readonly day: number; readonly nowMs: number },
): Promise<boolean> {
  const { engine, history } = stage;
  const controller = new RunController();
  const plans: FaultPlan[] = [];
  if (random() < CHANCES.abort) {
    const call = Math.floor(random() * 8) + 1;
    plans.push(
      faultWhen(({ callNumber }) => callNumber === call, {
        kind: 'run-before',
        run: () => controller.abort(),
      }),
    );
  }
  if (random() < CHANCES.badLine)
    plans.push(randomFaults({ seed: SEED * 1000 + day, probability: CHANCES.fault }));
  const before = await versionsOf(engine);
  try {
    await backUp(stage, { controller, faults: firstOf(...plans) });
  } catch (error) {
    if (!(error instanceof BackupError) && errorCode(error) !== 'aborted') throw error;
    return false;
  } finally {
    const left = new Map((await versionsOf(engine)).map((version) => [version.timeMs, version]));
    const gone = before.filter(({ timeMs }) => !left.has(timeMs));
    const thinnedOut = timesThinnedOut([...left.values(), ...gone], nowMs);
    for (const { timeMs } of gone) assert.ok(thinnedOut.has(timeMs), `day ${day}: a version is gone`);
    history.forget(new Set(gone.map(({ timeMs }) => timeMs / 1000)));
  }
  return true;
}

async function versionsOf(engine: MemoryEngine): Promise<RetainedVersion[]> {
  if (engine.storage.files.size === 0) return [];
  await using opened = await engine.open();
  return opened.database.filesets
    .versions()
    .map(({ timestamp, isFull }) => ({ timeMs: timestamp * 1000, isFull }));
}

function timesThinnedOut(versions: readonly RetainedVersion[], nowMs: number): ReadonlySet<number> {
  const newestFirst = versions.toSorted((one, other) => other.timeMs - one.timeMs);
  const decisions = planRetention(newestFirst, { rules: RULES }, nowMs);
  return new Set(
    newestFirst.filter((_, at) => decisions[at]?.action === 'delete').map(({ timeMs }) => timeMs),
  );
}

function changeSource({ engine }: Stage, random: () => number): void {
  for (let change = 0; change < 4; change++) {
    const path = join(engine.source, 'folder', `file-${Math.floor(random() * FILES)}`);
    if (random() < 0.15) rmSync(path, { force: true });
    else
      writeFileSync(path, seededBytes(Math.floor(random() * LARGEST_BYTES), Math.floor(random() * 2 ** 31)));
  }
}

/** Which part of the blocks at the destination no version needs. */
async function wastedPercent({ engine }: Stage): Promise<number> {
  await using opened = await engine.open();
  const { blocks, contents, entries } = opened.database;
  const used = new Set<number>();
  for (const reference of entries.references()) {
    if (reference < 0) used.add(-reference);
    if (reference <= 0) continue;
    const content = contents.get(reference);
    for (const id of [...content.blocks, ...content.blocklists]) used.add(id);
  }
  let [usedBytes, allBytes] = [0, 0];
  for (const { id, sizeBytes } of blocks.stored()) {
    allBytes += sizeBytes;
    if (used.has(id)) usedBytes += sizeBytes;
  }
  return (100 * (allBytes - usedBytes)) / Math.max(1, allBytes);
}
