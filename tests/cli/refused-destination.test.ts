/** A destination that cannot be made ends with one message, at once. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { runAshlar } from '../support/run-ashlar.ts';

test('backup to a folder that the system does not let anybody make ends with exit code 100', (t) => {
  if (!existsSync('/proc/self')) {
    t.skip('SKIPPED: there is no /proc on this system');
    return;
  }
  const home = mkdtempSync(join(tmpdir(), 'ashlar-refused-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  writeFileSync(join(home, 'a.txt'), 'content');
  const run = runAshlar(home, ['backup', '/proc/ashlar-test', join(home, 'a.txt')], { PASSPHRASE: 'x' });
  assert.equal(run.code, 100);
  assert.match(run.err, /ErrorID: destination-/);
});
