import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { hashBytes } from '../../crypto/index.ts';
import {
  EMPTY_CONTENT,
  ENTRY_KINDS,
  type FilesetSeq,
  LocalDatabase,
  referenceToBlock,
  referenceToContent,
  type VolumeId,
} from '../../database/index.ts';
import { type FormatSettings, filelistPart, filelistPieces } from '../../format/index.ts';
import { filelistEntries, selectedEntries } from './filelist-entries.ts';
import { type FilelistRange, filelistRanges } from './filelist-ranges.ts';
import { ListHelper } from './list-helper.ts';

const ENTRIES = 30_000;
const FORMAT: FormatSettings = { blocksizeBytes: 1024, blockHash: 'SHA256', fileHash: 'SHA256' };

/** A version of folders, links, and files that are empty, of one block, or of several, with an older one beside it. */
function openFilled(t: TestContext): { readonly database: LocalDatabase; readonly seq: FilesetSeq } {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-list-'));
  const database = LocalDatabase.open(join(folder, 'database.sqlite'));
  t.after(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });
  const hashOf = (text: string) => hashBytes('SHA256', Buffer.from(text));
  const older = database.filesets.begin(1000, 0 as VolumeId);
  database.transaction(() => {
    for (let id = 1; id <= 3; id++)
      database.blocks.add(id, { hash: hashOf(`block ${id}`), sizeBytes: 100 * id, volumeId: 1 as VolumeId });
    const large = referenceToContent(
      database.contents.add({
        sizeBytes: 300,
        hash: hashOf('large'),
        blocks: Uint32Array.of(1, 2),
        blocklists: Uint32Array.of(3),
      }),
    );
    const contents = [EMPTY_CONTENT, referenceToBlock(1), large];
    for (let index = 0; index < ENTRIES; index++) {
      const kind =
        index % 10 === 0 ? ENTRY_KINDS.folder : index % 10 === 1 ? ENTRY_KINDS.symlink : ENTRY_KINDS.file;
      const content = kind === ENTRY_KINDS.file ? contents[index % 3] : undefined;
      const row = {
        path: `/data/\u{1F4BE} ${index * 7919}${kind === ENTRY_KINDS.folder ? '/' : ''}`,
        kind,
        content: content ?? EMPTY_CONTENT,
        sizeBytes: content === undefined ? 0 : index,
        metadata: referenceToBlock(2),
        mtimeSeconds: index * 1000,
        mtimeTicks: 0,
        ctimeMs: index,
        inode: index,
      };
      database.entries.add(older, row, 'absent');
    }
    database.filesets.complete(older);
  });
  return database.transaction(() => {
    const seq = database.filesets.begin(2000, 0 as VolumeId);
    for (let index = 2; index < ENTRIES; index += 50)
      database.entries.remove(seq, `/data/\u{1F4BE} ${index * 7919}`);
    return { database, seq };
  });
}

for (const [state, databasePath] of [
  ['helps', undefined],
  ['cannot open the database', '/nonexistent/database.sqlite'],
] as const)
  test(`a file list is the same with a second thread that ${state}`, async (t) => {
    const { database, seq } = openFilled(t);
    const alone = Buffer.concat([...filelistPieces([filelistPart(filelistEntries(database, seq, FORMAT))])]);
    const ranges = filelistRanges(database, seq);
    assert.ok(ranges.length > 20);
    await using helper = new ListHelper();
    const make = (range: FilelistRange) => filelistPart(selectedEntries(database, { seq, ...range }, FORMAT));
    const list = { databasePath: databasePath ?? database.path, seq, format: FORMAT, ranges };
    const together = Buffer.concat([...filelistPieces(await helper.divide(list, make))]);
    assert.ok(together.equals(alone));
  });

test('a second thread makes what this one does not come to', async (t) => {
  const { database, seq } = openFilled(t);
  const ranges = filelistRanges(database, seq);
  await using helper = new ListHelper();
  let [own, all] = [0, 0];
  const make = (range: FilelistRange): Buffer => {
    const isAlone = own++ === all;
    if (isAlone) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    return filelistPart(selectedEntries(database, { seq, ...range }, FORMAT));
  };
  const list = { databasePath: database.path, seq, format: FORMAT, ranges };
  for (const part of await helper.divide(list, make)) if (part.length > 0) all++;
  assert.equal(all, ranges.length);
  assert.ok(own < all);
});

test('a list that cannot be finished leaves no thread behind that waits for it', async (t) => {
  const { database, seq } = openFilled(t);
  const ranges = filelistRanges(database, seq);
  const made = new Set<string>();
  const failing = async () => {
    await using helper = new ListHelper();
    const list = { databasePath: database.path, seq, format: FORMAT, ranges };
    const parts = await helper.divide(list, (range) => {
      made.add(range.after);
      return filelistPart(selectedEntries(database, { seq, ...range }, FORMAT));
    });
    for (const _ of parts) {
      // By then the other thread has made all that it may make before more is needed.
      await setTimeout(500);
      throw new Error('the disk is full');
    }
  };
  await assert.rejects(failing, /the disk is full/);
  assert.equal(made.size, 1);
});
