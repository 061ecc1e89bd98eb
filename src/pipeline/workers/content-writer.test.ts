import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { hashBytes } from '../../crypto/index.ts';
import { TargetGuard } from '../../sources/index.ts';
import { RESTORE_KINDS, RestoreTable } from '../restore-table.ts';
import { ContentWriter } from './content-writer.ts';
import { EntryFault } from './entry-fault.ts';

test('ContentWriter refuses a block of another length than the file has', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'ashlar-content-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const table = RestoreTable.create(2, { pathBytes: 16, hashSizeBytes: 32 });
  const [right, wrong] = ['right', 'wrong'].map((path) =>
    table.add({ path, kind: RESTORE_KINDS.file, sizeBytes: 7, hash: undefined }),
  );
  const format = { blocksizeBytes: 1024, blockHash: 'SHA256', fileHash: 'SHA256' } as const;
  const guard = new TargetGuard(root, { existingLinks: 'refuse' });
  using writer = new ContentWriter(table, guard, { format, verify: 'files', mode: 'private' });
  const block = (text: string) => {
    const bytes = Buffer.from(text);
    return { bytes, hash: hashBytes(format.blockHash, bytes) };
  };
  writer.write(right ?? 0, 0, block('content'));
  assert.throws(() => writer.write(wrong ?? 1, 0, block('another content')), EntryFault);
  assert.equal(readFileSync(join(root, 'right'), 'utf8'), 'content');
  assert.equal(existsSync(join(root, 'wrong')), false);
});
