import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { runAshlar } from '../support/run-ashlar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('set-locks and read-lock-info say what is missing', async (t) => {
  const home = await temporaryFolder(t);
  const [destination, source] = [join(home, 'destination'), join(home, 'source')];
  mkdirSync(source);
  writeFileSync(join(source, 'file'), 'content');
  const run = (command: string, ...more: readonly string[]) =>
    runAshlar(home, [command, destination, ...more, '--no-encryption']);
  assert.equal(run('backup', source).code, 0);
  const withoutDuration = run('set-locks');
  assert.equal(withoutDuration.code, 200);
  assert.match(withoutDuration.err, /--remote-file-lock-duration/);
  for (const { code, err } of [run('setlocks', '--remote-file-lock-duration=1D'), run('read-lock-info')]) {
    assert.equal(code, 100);
    assert.match(err, /ErrorID: locks-unsupported/);
  }
});
