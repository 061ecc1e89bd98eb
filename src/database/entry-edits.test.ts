import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ContentReference,
  EMPTY_CONTENT,
  ENTRY_KINDS,
  type FilesetSeq,
  LocalDatabase,
  type VolumeId,
} from './index.ts';

const VERSIONS = 5;
const PATHS = ['/a', '/b', '/c'] as const;
const OTHER = -7 as ContentReference;

/** Each version has the paths whose bit is set in its mask. */
function fill(database: LocalDatabase, masks: readonly number[]): FilesetSeq[] {
  return masks.map((mask, index) => {
    const seq = database.filesets.begin(1000 + index, 0 as VolumeId);
    PATHS.forEach((path, bit) => {
      const isThere = database.entries.find(seq, path) !== undefined;
      const isWanted = (mask & (1 << bit)) !== 0;
      if (isThere && !isWanted) database.entries.remove(seq, path);
      if (!isThere && isWanted) database.entries.add(seq, rowOf(path), 'absent');
    });
    database.filesets.complete(seq);
    return seq;
  });
}

function rowOf(path: string) {
  return {
    path,
    kind: ENTRY_KINDS.file,
    content: EMPTY_CONTENT,
    sizeBytes: 0,
    metadata: EMPTY_CONTENT,
    mtimeSeconds: 1,
    mtimeTicks: 2,
    ctimeMs: 3,
    inode: 4,
  };
}

function contents(database: LocalDatabase, seqs: readonly FilesetSeq[]): string[] {
  return seqs.map((seq) =>
    [...database.entries.listed({ seq })].map(({ path, metadata }) => `${path}=${metadata}`).join(' '),
  );
}

test('EntryEdits changes the one version and leaves all others as they are', () => {
  const masks = fc.array(fc.nat(7), { minLength: VERSIONS, maxLength: VERSIONS });
  const edit = fc.record({
    version: fc.nat(VERSIONS - 1),
    path: fc.constantFrom(...PATHS),
    kind: fc.constantFrom('remove', 'metadata'),
  });
  const folder = mkdtempSync(join(tmpdir(), 'entry-edits-'));
  let file = 0;
  try {
    fc.assert(
      fc.property(masks, fc.array(edit, { maxLength: 8 }), (given, edits) => {
        using database = LocalDatabase.open(join(folder, `${++file}.sqlite`));
        database.transaction(() => {
          const seqs = fill(database, given);
          const expected = contents(database, seqs);
          for (const { version, path, kind } of edits) {
            const seq = seqs[version] ?? assert.fail();
            const place = version === VERSIONS - 1 ? 'newest' : 'older';
            if (kind === 'remove') database.entryEdits.remove(seq, path, place);
            else database.entryEdits.setMetadata(seq, path, place, OTHER);
            expected[version] = (expected[version] ?? '')
              .split(' ')
              .flatMap((entry) =>
                entry.startsWith(path) ? (kind === 'remove' ? [] : [`${path}=-7`]) : [entry],
              )
              .join(' ');
            assert.deepEqual(contents(database, seqs), expected);
          }
          const open = [...database.entries.open()].map(({ path, metadata }) => `${path}=${metadata}`);
          assert.equal(open.join(' '), expected.at(-1));
        });
      }),
      { numRuns: 40 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
