/** What `repair` reads of the destination: paths alone, or every dblock. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { runAshlar } from '../support/run-ashlar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Three versions, and no local database. */
async function threeVersions(t: TestContext) {
  const home = await temporaryFolder(t);
  const source = join(home, 'source');
  const destination = join(home, 'destination');
  mkdirSync(source);
  const run = (command: string, ...argv: string[]) =>
    runAshlar(home, [command, destination, ...argv], { PASSPHRASE: 'a passphrase' });
  for (const version of [2, 1, 0]) {
    writeFileSync(join(source, `of-${version}`), `made for ${version}`);
    assert.equal(run('backup', source).code, 0);
  }
  rmSync(join(home, '.local'), { recursive: true });
  const dblocks = () => readdirSync(destination).filter((name) => name.includes('.dblock.'));
  return { home, source, destination, run, dblocks };
}

test('ashlar repair --repair-only-paths makes a database for searching, which a restore does not take for more', async (t) => {
  const { home, source, destination, run, dblocks } = await threeVersions(t);
  const first = run('repair', '--repair-only-paths', '--version=0');
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /^The local database knows the paths of 1 further version now\.$/m);
  const again = run('repair', '--repair-only-paths', '--version=0-1');
  assert.equal(again.code, 100);
  assert.match(again.err, /versions-known/);
  const more = run('repair', '--repair-only-paths', '--version=0-1', '--ignore-update-if-version-exists');
  assert.match(more.out, /of 1 further version now\.$/m);
  const names = dblocks();
  for (const name of names) renameSync(join(destination, name), join(home, name));
  const listed = runAshlar(home, ['list', destination, 'of-2', '--version=0-1']);
  assert.equal(listed.code, 0, listed.err);
  assert.match(listed.out, /of-2$/m);
  assert.equal(runAshlar(home, ['list', destination, '*', '--version=2']).code, 100, 'needs a passphrase');
  assert.match(run('list', '*', '--version=2').out, /^\S+of-2 /m);
  for (const name of names) renameSync(join(home, name), join(destination, name));
  assert.equal(run('restore', `--restore-path=${join(home, 'restored')}`).code, 0);
  assert.deepEqual(readdirSync(join(home, 'restored')), readdirSync(source));
  const whole = run('backup', source);
  assert.equal(whole.code, 1, whole.err);
  const known = run('repair', '--repair-only-paths');
  assert.equal(known.code, 100);
  assert.equal(run('repair', '--repair-only-paths', '--ignore-update-if-version-exists').code, 0);
  assert.equal(run('restore', '--version=2', `--restore-path=${join(home, 'oldest')}`).code, 0);
  assert.equal(readFileSync(join(home, 'oldest', 'of-2'), 'utf8'), 'made for 2');
});

test('ashlar repair --repair-force-block-use reads every dblock', async (t) => {
  const { run, dblocks } = await threeVersions(t);
  const { code, out, err } = run('repair', '--repair-force-block-use', '--json', '--no-backend-verification');
  assert.equal(code, 0, err);
  const { transfer } = JSON.parse(out);
  assert.ok(transfer.filesDownloaded >= 3 * dblocks().length, `${transfer.filesDownloaded} files`);
});

test('ashlar affected and list-broken-files need no passphrase where the local database is there', async (t) => {
  const { home, destination, run, dblocks } = await threeVersions(t);
  assert.equal(run('repair').code, 0);
  const [dblock = ''] = dblocks();
  const affected = runAshlar(home, ['affected', destination, dblock]);
  assert.equal(affected.code, 0, affected.err);
  assert.match(affected.out, /^Version 0 of /m);
  assert.equal(runAshlar(home, ['list-broken-files', destination]).code, 0);
});

test('ashlar backup takes a smaller dblock-size for the blocksize that the backup has', async (t) => {
  const home = await temporaryFolder(t);
  const source = join(home, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'file'), 'text');
  const run = (...argv: string[]) =>
    runAshlar(home, ['backup', join(home, 'destination'), source, '--no-encryption', ...argv]);
  const refused = run('--dblock-size=1mb');
  assert.equal(refused.code, 200);
  assert.match(refused.err, /option-conflict/);
  assert.equal(run('--dblock-size=1mb', '--blocksize=10kb').code, 0, 'the refused run settled nothing');
  assert.equal(run('--dblock-size=1mb').code, 1);
});
