/** A slip of the finger in a destination URL is told, and stops nothing. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { runAshlar } from '../support/run-ashlar.ts';

test('backup tells an unknown option in its URL in one warning, and goes on', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'ashlar-url-options-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  writeFileSync(join(home, 'a.txt'), 'content');
  const url = `file://${join(home, 'backup')}?use-move-for-putt=true&s3-ext-timeout=5`;
  const run = runAshlar(home, ['backup', url, join(home, 'a.txt')], { PASSPHRASE: 'x' });
  assert.equal(run.code, 2, run.err);
  assert.equal(
    run.err,
    "Warning: Option 'use-move-for-putt' in the destination URL is unknown and ignored. Did you mean use-move-for-put?\n",
  );
});
