import assert from 'node:assert/strict';
import test from 'node:test';
import { resolveProgramOptions } from '../../options/index.ts';
import type { WalkedEntry } from '../../sources/index.ts';
import type { SourceSelection } from '../select-source/selection.ts';
import { narrowToChanged, readChangedFiles } from './changed-files.ts';
import { parseExtensions, readCompressedExtensions } from './compressed-extensions.ts';

const settingsOf = (...given: [string, string][]) => resolveProgramOptions({ commandLine: new Map(given) });

/** A selection that leaves out what lies below `/home/out/`. */
const SELECTION: SourceSelection = {
  roots: ['/home/'],
  decide: ({ path }) => ({ action: path.startsWith('/home/out/') ? 'exclude' : 'include' }),
  ignoreFilenames: [],
  symlinks: 'store',
  emptyFolders: 'keep',
  marks: 'obey',
};

test('narrowToChanged() takes named paths, enters the folders on the way, and leaves the rest alone', () => {
  const narrow = narrowToChanged(
    SELECTION,
    settingsOf(['changed-files', '/home/a/b/c:/home/x/:/home/out/y']),
  );
  const actions = ['/home/', '/home/a/', '/home/a/b/', '/home/a/b/c', '/home/a/b/d', '/home/x/', '/home/x/z'];
  assert.deepEqual(
    // The decision looks at the path alone.
    actions.map((path) => narrow.decide({ path } as WalkedEntry).action),
    ['traverse', 'traverse', 'traverse', 'include', 'exclude', 'include', 'exclude'],
  );
  assert.equal(narrow.decide({ path: '/home/out/' } as WalkedEntry).action, 'exclude');
  assert.equal(narrowToChanged(SELECTION, settingsOf()), SELECTION);
});

test('readChangedFiles() says of named paths and what lies below them that they are gone', () => {
  const changed = readChangedFiles(
    settingsOf(['changed-files', '/x'], ['deleted-files', '/home/a:/home/b/']),
  );
  assert.ok(changed !== undefined);
  const gone = ['/home/a', '/home/a/', '/home/a/c', '/home/b/', '/home/ab', '/home/'].map(changed.isDeleted);
  assert.deepEqual(gone, [true, true, true, true, false, false]);
  assert.equal(readChangedFiles(settingsOf(['deleted-files', '/home/a'])), undefined);
});

test('parseExtensions() reads one ending a line', () => {
  assert.deepEqual(parseExtensions('.ZIP archives\r\n# remark\nzip\n .jpg\n'), ['.zip', '.jpg']);
  assert.throws(() => readCompressedExtensions('/no/such/file'), { code: 'extension-file-unreadable' });
  assert.ok(readCompressedExtensions(undefined).includes('.zip'));
});
