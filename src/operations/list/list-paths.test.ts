import assert from 'node:assert/strict';
import test from 'node:test';
import type { EntryPeriod, FilesetSeq } from '../../database/index.ts';
import { findPath, listPaths } from './list-paths.ts';
import type { ReadVersion } from './versions.ts';

const PERIODS: readonly EntryPeriod[] = [
  period('/a/', 2, [1, 9]),
  period('/a/changed', 1, [1, 2], 10),
  period('/a/changed', 1, [3, 9], 20),
  period('/a/early', 1, [1, 1], 5),
  period('/a/gap', 1, [1, 1], 7),
  period('/a/gap', 1, [4, 9], 7),
  period('/a/link', 3, [2, 3]),
];

const history = {
  entryHistory: {
    *between(oldest: FilesetSeq, newest: FilesetSeq) {
      yield* PERIODS.filter(({ first, last }) => last >= oldest && first <= newest);
    },
    ofPath: (path: string) => PERIODS.filter((one) => one.path === path),
  },
} as unknown as Parameters<typeof listPaths>[0];

function period(path: string, kind: 1 | 2 | 3, [first, last]: [number, number], sizeBytes = 0): EntryPeriod {
  return { path, kind, sizeBytes, mtimeSeconds: 0, first: first as FilesetSeq, last: last as FilesetSeq };
}

function versions(...seqs: number[]): ReadVersion[] {
  return seqs.map((seq, number) => ({
    number,
    time: seq,
    isFull: true,
    totals: undefined,
    seq: seq as FilesetSeq,
  }));
}

function list(wanted: readonly ReadVersion[], accept: (path: string) => boolean = () => true) {
  return Array.from(listPaths(history, wanted, accept), ({ path, kind, sizesBytes }) => [
    path,
    kind,
    ...sizesBytes,
  ]);
}

test('listPaths() gives each path of a version once, with its size there', () => {
  assert.deepEqual(list(versions(2)), [
    ['/a/', 'folder', 0],
    ['/a/changed', 'file', 10],
    ['/a/link', 'symlink', 0],
  ]);
});

test('listPaths() gives a size for each of several versions, also where versions between them are not asked for', () => {
  assert.deepEqual(list(versions(4, 1)), [
    ['/a/', 'folder', 0, 0],
    ['/a/changed', 'file', 20, 10],
    ['/a/early', 'file', null, 5],
    ['/a/gap', 'file', 7, 7],
  ]);
  assert.deepEqual(
    list(versions(4, 1), (path) => path === '/a/link'),
    [],
  );
  assert.deepEqual(list([]), []);
});

test('findPath() finds a path in the versions that hold it', () => {
  assert.deepEqual(findPath(history, versions(4, 3, 1), '/a/gap')?.sizesBytes, [7, null, 7]);
  assert.equal(findPath(history, versions(3, 2), '/a/gap'), undefined);
});
