/** Another passphrase for a backup, as processes. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { runAshlar } from '../support/run-ashlar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('ashlar change-passphrase gives a backup another passphrase, also without a local database', async (t) => {
  const home = await temporaryFolder(t);
  const source = join(home, 'source');
  const destination = join(home, 'destination');
  mkdirSync(source);
  writeFileSync(join(source, 'file'), 'text');
  const run = (command: string, ...argv: string[]) => runAshlar(home, [command, destination, ...argv]);
  assert.equal(run('backup', source, '--passphrase=old').code, 0);
  rmSync(join(home, '.local'), { recursive: true });
  const before = readdirSync(destination);
  const dry = run('change-passphrase', '--passphrase=old', '--dry-run');
  assert.match(dry.out, /^2 volumes .* would be encrypted/m);
  assert.deepEqual(readdirSync(destination), before);
  for (const wrong of [['--passphrase=old', '--new-passphrase=old'], ['--no-encryption']])
    assert.equal(run('change-passphrase', ...wrong).code, 200);
  const changed = run('change-passphrase', '--passphrase=old', '--new-passphrase=new', '--json');
  assert.equal(changed.code, 0, changed.err);
  assert.equal(JSON.parse(changed.out).result.ChangedVolumes, 2);
  assert.ok(readdirSync(destination).every((name) => !before.includes(name)));
  assert.equal(run('backup', source, '--passphrase=old').code, 100);
  assert.equal(run('test', 'all', '--passphrase=new').code, 0);
  const restored = run('restore', `--restore-path=${join(home, 'out')}`, '--passphrase=new', '--no-local-db');
  assert.equal(restored.code, 0, restored.err);
  assert.equal(readFileSync(join(home, 'out', 'file'), 'utf8'), 'text');
  for (const command of ['backup', 'repair'])
    assert.equal(run(command, source, '--passphrase=x', '--allow-passphrase-change').code, 200, command);
  assert.equal(run('delete', '--version=0', '--allow-full-removal', '--passphrase=x').code, 100);
  const deleted = run(
    'delete',
    '--version=0',
    '--allow-full-removal',
    '--passphrase=x',
    '--allow-passphrase-change',
  );
  assert.equal(deleted.code, 0, deleted.err);
});
