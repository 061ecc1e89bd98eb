import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { readLocalFile, writeLocalFile } from './local-file.ts';

const MOST_BYTES = 5 * 1024 * 1024;

/** Bytes that differ from place to place, so that none can stand for another. */
function someBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(at, at);
  return bytes;
}

async function* inPieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes)
    yield Buffer.from(bytes.subarray(at, at + pieceBytes));
}

test('readLocalFile gives what writeLocalFile wrote, whatever the length and the pieces', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'file');
  await fc.assert(
    fc.asyncProperty(
      fc.nat(MOST_BYTES),
      fc.integer({ min: 1000, max: MOST_BYTES }),
      async (length, pieceBytes) => {
        const bytes = someBytes(length);
        await writeLocalFile(path, inPieces(bytes, pieceBytes));
        const read: Buffer[] = [];
        for await (const piece of readLocalFile(path)) read.push(Buffer.from(piece));
        assert.ok(Buffer.concat(read).equals(bytes));
      },
    ),
    { numRuns: 30 },
  );
});

test('writeLocalFile makes a file that nobody else can read, in the place of an older one', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'file');
  await writeLocalFile(path, inPieces(someBytes(100_000), 1000));
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await writeLocalFile(path, inPieces(someBytes(10), 1000));
  assert.deepEqual(readFileSync(path), someBytes(10));
});

test('writeLocalFile throws what the source throws, and what an abort gives', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'file');
  const failure = new Error('the line broke');
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* inPieces(someBytes(MOST_BYTES), 64 * 1024);
    throw failure;
  }
  await assert.rejects(writeLocalFile(path, broken()), failure);
  const abort = new AbortController();
  abort.abort(failure);
  await assert.rejects(writeLocalFile(path, inPieces(someBytes(10), 1), { signal: abort.signal }), failure);
});

test('writeLocalFile throws what the system says of a full disk', {
  skip: process.platform !== 'linux',
}, async () => {
  await assert.rejects(writeLocalFile('/dev/full', inPieces(someBytes(MOST_BYTES), 64 * 1024)), {
    code: 'ENOSPC',
  });
});

test('readLocalFile lets the file go when its reader leaves early, and throws where there is no file', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'file');
  writeFileSync(path, someBytes(MOST_BYTES));
  for await (const piece of readLocalFile(path)) {
    assert.ok(piece.equals(someBytes(MOST_BYTES).subarray(0, piece.length)));
    break;
  }
  await assert.rejects(readLocalFile(join(folder, 'none')).next(), { code: 'ENOENT' });
});
