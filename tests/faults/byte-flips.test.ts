/**
 * Every byte of small volumes flipped in turn: a test of everything finds it, and a restore never takes wrong
 * data for right.
 */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { BackupError } from '../../src/base/index.ts';
import { createEngine, type MemoryEngine } from '../support/engine.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { treeRows } from '../support/tree-rows.ts';
import { isWanted, pick, runCases } from './run-cases.ts';

const SEED = 44;
/** Places tried of each volume in the sample. */
const SAMPLE = 2;

for (const [form, options] of Object.entries({
  plain: { options: ['--blocksize=1kb'] },
  encrypted: { passphrase: 'a passphrase', options: ['--blocksize=1kb', '--aes-v3-iterations=1'] },
})) {
  for (const kind of ['dlist', 'dindex', 'dblock']) {
    const family = `${kind}, ${form}`;
    if (!isWanted(family)) continue;
    test(`a flipped byte of a ${family}, is found and never restored as right`, (t) =>
      flipAll(t, { family, kind }, options));
  }
}

async function flipAll(
  t: TestContext,
  { family, kind }: { readonly family: string; readonly kind: string },
  settings: { readonly passphrase?: string; readonly options: readonly string[] },
): Promise<void> {
  const engine = await createEngine(t, settings);
  // One block, and two with a blocklist, that compress well: volumes with everything in them, and few bytes to flip.
  writeFileSync(join(engine.source, 'short'), 'a few words');
  writeFileSync(join(engine.source, 'long'), Buffer.alloc(1500, 'words'));
  await engine.backup();
  const expected = new Set(treeRows(engine.source));
  const [name, file] = [...engine.storage.files].find(([found]) => found.includes(`.${kind}.`)) ?? [];
  assert.ok(name !== undefined && file !== undefined);
  const cases = Array.from(file.bytes, (_byte, place) => ({
    name: `${family}: byte ${place}`,
    run: async () => {
      engine.storage.files.set(name, { ...file, bytes: flipBit(file.bytes, place) });
      const label = `${family}: byte ${place} of ${file.bytes.length}`;
      const { faultyVolumes } = await engine.test({ options: ['--dont-replace-faulty-index-files=true'] });
      const found = faultyVolumes.map((faulty) => faulty.name);
      assert.deepEqual(found, [name], label);
      await assertRestoresTruth(engine, expected, place % 2 === 0 ? 'use' : 'ignore', label);
    },
  }));
  await runCases(t, cases, () => pick(cases, SAMPLE, seededRandom(SEED)));
}

/** Another bit at each place, so that all are tried somewhere. */
function flipBit(bytes: Uint8Array, place: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[place] = (flipped[place] ?? 0) ^ (1 << (place % 8));
  return flipped;
}

/** What is restored without a word is what was backed up; what cannot be is named, or ends the restore. */
async function assertRestoresTruth(
  engine: MemoryEngine,
  expected: ReadonlySet<string>,
  localDatabase: 'use' | 'ignore',
  label: string,
): Promise<void> {
  const logged = engine.log.length;
  let restored: Awaited<ReturnType<MemoryEngine['restore']>>;
  try {
    restored = await engine.restore(0, localDatabase);
  } catch (error) {
    assert.ok(error instanceof BackupError, `${label}: ${String(error)}`);
    return;
  }
  const { target, result } = restored;
  const rows = treeRows(target);
  rmSync(target, { recursive: true });
  const files = rows.filter((row) => row.startsWith('f'));
  const wrong = files.filter((row) => !expected.has(row));
  const isTold =
    result.brokenFiles.length > 0 ||
    result.metadataProblems.count > 0 ||
    engine.log.slice(logged).some(({ level }) => level === 'warning' || level === 'error');
  if (!isTold) assert.deepEqual(rows, [...expected].toSorted(), `${label}: restored in silence`);
  // What lacks its metadata is told; what has the right name never has other bytes.
  const contents = new Set([...expected].map(contentOf));
  assert.deepEqual(
    wrong.filter((row) => !contents.has(contentOf(row))),
    [],
    `${label}: wrong data`,
  );
}

/** Of `f mode owner mtime size hash path`: size, hash and path. */
function contentOf(row: string): string {
  return row.split(' ').slice(4).join(' ');
}
