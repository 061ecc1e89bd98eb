import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { RunController, silentLog, systemClock } from '../../base/index.ts';
import { createSelection } from '../select-source/selection.ts';
import { expectTotals } from './source-totals.ts';

test('expectTotals() counts the files of a first backup and their bytes', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'ashlar-totals-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'folder'));
  writeFileSync(join(root, 'folder', 'one'), 'ten bytes.');
  writeFileSync(join(root, 'two'), 'and twenty more bytes');
  const selection = createSelection({
    roots: [root],
    contained: [],
    rules: [],
    filterContext: { places: { platform: 'linux' }, isCaseSensitive: true },
    forbiddenPaths: new Set(),
    ignoreFilenames: [],
    excludedAttributes: [],
    symlinkPolicy: 'Store',
    hardlinkPolicy: 'All',
    largestFileBytes: undefined,
    emptyFolders: 'keep',
    marks: 'ignore',
  });
  const settings = {
    selection,
    counting: selection,
    walkThread: undefined,
    streams: [],
    reading: { metadata: 'read', symlinks: 'store', content: 'changed', compressedExtensions: [] },
  } as const;
  const context = {
    clock: systemClock,
    control: new RunController(),
    log: silentLog,
    report: () => {},
  };
  const totals = expectTotals(undefined, settings, context, () => false);
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(totals, { files: 2, bytes: 31 });
});
