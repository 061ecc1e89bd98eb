import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { hashBytes } from '../../crypto/index.ts';
import { RESTORE_KINDS, RestoreTable } from '../restore-table.ts';
import { WriteBehind } from '../write-behind.ts';
import { FileFollower } from './file-follower.ts';

const FORMAT = { blocksizeBytes: 10, fileHash: 'SHA256' } as const;
const CONTENT = Buffer.from('a file of several blocks, the last of which is shorter');
const BLOCKS = Math.ceil(CONTENT.length / FORMAT.blocksizeBytes);

/** A table with one followed file, and a way to write a block of it. */
function makeFile(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-follower-'));
  const path = join(folder, 'file');
  const descriptor = openSync(path, 'w');
  t.after(() => {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });
  return {
    path,
    begin() {
      const table = RestoreTable.create(1, { pathBytes: 16, hashSizeBytes: 32 });
      table.add({ path: 'file', kind: RESTORE_KINDS.file, sizeBytes: CONTENT.length, hash: undefined });
      table.follow(new Map([[0, BLOCKS]]));
      const write = (block: number) => {
        const start = block * FORMAT.blocksizeBytes;
        writeSync(descriptor, CONTENT.subarray(start, start + FORMAT.blocksizeBytes), 0, null, start);
        table.markWritten(0, block);
      };
      return { follower: new FileFollower(new RestoreTable(table.memory), FORMAT, new WriteBehind()), write };
    },
  };
}

test('FileFollower hashes a file whose blocks come in any order', (t) => {
  const file = makeFile(t);
  const order = fc.shuffledSubarray([...Array(BLOCKS).keys()], { minLength: BLOCKS });
  fc.assert(
    fc.property(order, (blocks) => {
      const { follower, write } = file.begin();
      using _ = follower;
      for (const block of blocks) {
        assert.equal(follower.take(0), undefined);
        write(block);
        follower.advance(0, () => file.path);
      }
      const content = follower.take(0);
      assert.ok(content);
      closeSync(content.descriptor);
      assert.deepEqual(content.hash, hashBytes(FORMAT.fileHash, CONTENT));
    }),
  );
});

test('FileFollower gives nothing of a file that it was told to drop', (t) => {
  const file = makeFile(t);
  const { follower, write } = file.begin();
  using _ = follower;
  write(0);
  follower.advance(0, () => file.path);
  follower.drop(0);
  assert.equal(follower.take(0), undefined);
});
