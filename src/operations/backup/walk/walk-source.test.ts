import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { RunController, systemClock } from '../../../base/index.ts';
import type { FilterRule } from '../../../filters/index.ts';
import type { OperationContext } from '../../context.ts';
import { createSelection, type SelectionPlan } from '../../select-source/selection.ts';
import { emptyBackupResult } from '../result.ts';
import { walkLargeSource } from './walk-source.ts';

/** More than the walk runs ahead of its caller. */
const MANY_FILES = 5_000;

/** A tree with something of everything that a walk decides about. */
function makeTree(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'ashlar-walk-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const folder of ['many', 'empty', 'closed', 'ignored', 'out']) mkdirSync(join(root, folder));
  for (let file = 0; file < MANY_FILES; file++) writeFileSync(join(root, 'many', `file-${file}`), '');
  writeFileSync(join(root, 'large'), 'longer than allowed');
  writeFileSync(join(root, 'out', 'file'), 'short');
  writeFileSync(join(root, 'ignored', '.nobackup'), '');
  writeFileSync(Buffer.from(`${root}/not utf-8: \xff, and a line\nbreak`, 'latin1'), 'short');
  symlinkSync('many', join(root, 'link to a folder'));
  symlinkSync('nowhere', join(root, 'link to nothing'));
  chmodSync(join(root, 'closed'), 0);
  return root;
}

function planFor(root: string, rules: readonly FilterRule[]): SelectionPlan {
  return {
    roots: [root],
    contained: [],
    rules,
    filterContext: { places: { platform: 'linux' }, isCaseSensitive: true },
    forbiddenPaths: new Set([join(root, 'many', 'file-7')]),
    ignoreFilenames: ['.nobackup'],
    excludedAttributes: [],
    symlinkPolicy: 'Store',
    hardlinkPolicy: 'All',
    largestFileBytes: 10,
    emptyFolders: 'drop',
    marks: 'ignore',
  };
}

async function found(
  plan: SelectionPlan,
  where: 'here' | 'in a thread',
  controller = new RunController(),
  workMeanwhile = () => false,
) {
  const log: unknown[] = [];
  const context: OperationContext = {
    clock: systemClock,
    control: controller,
    log: { write: (...entry) => log.push(entry) },
    report: () => {},
  };
  const settings = {
    selection: createSelection(plan),
    walkThread: where === 'here' ? undefined : { plan, leastEntries: MANY_FILES },
    streams: [],
    reading: { metadata: 'read', symlinks: 'store', content: 'changed', compressedExtensions: [] },
  } as const;
  const result = emptyBackupResult();
  const entries: object[] = [];
  for await (const batch of walkLargeSource(
    settings,
    { expectedEntries: MANY_FILES, workMeanwhile },
    result,
    context,
  ))
    for (const { path, kind, isLink, isRoot, stat } of batch)
      entries.push({
        path,
        kind,
        isLink,
        isRoot,
        sizeBytes: stat.size,
        inode: stat.ino,
        mtimeMs: stat.mtimeMs,
      });
  return { entries, result, log };
}

test('walkLargeSource() finds in a thread of its own what it finds in this one, and tells the same', async (t) => {
  const plan = planFor(makeTree(t), [{ kind: 'exclude', expression: '*/out/' }]);
  const here = await found(plan, 'here');
  const there = await found(plan, 'in a thread');
  assert.ok(here.entries.length > MANY_FILES);
  assert.equal(here.result.tooLargeFiles, 1);
  assert.deepEqual(there, here);
});

test('walkLargeSource() says from a thread of its own that the filters leave out everything', async (t) => {
  const plan = planFor(makeTree(t), [{ kind: 'exclude', expression: '*/?*' }]);
  const here = await found(plan, 'here');
  const there = await found(plan, 'in a thread');
  assert.ok(here.log.length > 0);
  assert.deepEqual(there, here);
});

test('walkLargeSource() works while nothing comes from its thread, and hands over all the same', async (t) => {
  const plan = planFor(makeTree(t), []);
  const here = await found(plan, 'here');
  for (const steps of [3, Number.POSITIVE_INFINITY]) {
    let taken = 0;
    const there = await found(plan, 'in a thread', new RunController(), () => ++taken < steps);
    assert.ok(taken > 0);
    assert.deepEqual(there, here);
  }
});

test('walkLargeSource() ends its thread on a stop', async (t) => {
  const controller = new RunController();
  controller.stop();
  const { entries } = await found(planFor(makeTree(t), []), 'in a thread', controller);
  assert.deepEqual(entries, []);
});

test('walkLargeSource() ends with the failure of its thread', async (t) => {
  const root = makeTree(t);
  const plan = { ...planFor(root, []), ignoreFilenames: 1 as unknown as readonly string[] };
  await assert.rejects(found(plan, 'in a thread'), /ignoreFilenames|some|includes/);
});
