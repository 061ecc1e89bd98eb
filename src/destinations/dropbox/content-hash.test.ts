import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { ContentHash } from './content-hash.ts';

test('ContentHash is SHA-256 over the SHA-256 of each 4 MiB, however the bytes come', () => {
  const bytes = Buffer.alloc(9 * 1024 * 1024, 'dropbox');
  const whole = createHash('sha256');
  for (let at = 0; at < bytes.length; at += 4 * 1024 * 1024)
    whole.update(
      createHash('sha256')
        .update(bytes.subarray(at, at + 4 * 1024 * 1024))
        .digest(),
    );
  const hash = new ContentHash();
  for (let at = 0; at < bytes.length; at += 1_000_003) hash.update(bytes.subarray(at, at + 1_000_003));
  assert.deepEqual(hash.digest(), whole.digest());
  assert.equal(new ContentHash().digest().toString('hex'), createHash('sha256').digest('hex'));
});
