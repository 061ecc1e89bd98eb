/** Where the passphrase comes from must not decide whether volumes are encrypted. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { runAshlar } from '../support/run-ashlar.ts';

function makeHome(t: TestContext): { home: string; source: string; destination: string } {
  const home = mkdtempSync(join(tmpdir(), 'ashlar-passphrase-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const source = join(home, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'a.txt'), 'content');
  return { home, source, destination: join(home, 'destination') };
}

test('backup encrypts with a passphrase that was typed, and restore opens it with the same from the environment', (t) => {
  const { home, source, destination } = makeHome(t);
  const typed = ['--force-passphrase-from-stdin'];
  const run = runAshlar(home, ['backup', destination, source, ...typed], {}, 'typed secret\n');
  assert.equal(run.code, 0, run.err);
  const names = readdirSync(destination);
  assert.equal(names.length, 3);
  for (const name of names) assert.match(name, /\.aes$/);
  const target = join(home, 'restored');
  const restored = runAshlar(home, ['restore', destination, `--restore-path=${target}`], {
    PASSPHRASE: 'typed secret',
  });
  assert.equal(restored.code, 0, restored.err);
  assert.equal(readFileSync(join(target, 'a.txt'), 'utf8'), 'content');
});

test('backup refuses another passphrase than before, and stores nothing with it', (t) => {
  const { home, source, destination } = makeHome(t);
  assert.equal(runAshlar(home, ['backup', destination, source], { PASSPHRASE: 'first' }).code, 0);
  const before = readdirSync(destination);
  writeFileSync(join(source, 'b.txt'), 'more');
  const run = runAshlar(home, ['backup', destination, source], { PASSPHRASE: 'second' });
  assert.equal(run.code, 100);
  assert.match(run.err, /settings-conflict/);
  assert.deepEqual(readdirSync(destination), before);
});

test('backup without a passphrase and without a terminal stores nothing', (t) => {
  const { home, source, destination } = makeHome(t);
  const run = runAshlar(home, ['backup', destination, source]);
  assert.equal(run.code, 100);
  assert.match(run.err, /passphrase-missing/);
  assert.throws(() => readdirSync(destination));
});

test('findPassphrase() looks at the destination before anybody is asked for a passphrase', (t) => {
  const { home, source, destination } = makeHome(t);
  const commands = [['restore'], ['list'], ['find', 'a.txt'], ['test'], ['repair'], ['change-passphrase']];
  const errorsOf = () =>
    commands.map(
      ([name = '', ...rest]) => /ErrorID: (\S+)/.exec(runAshlar(home, [name, destination, ...rest]).err)?.[1],
    );
  assert.deepEqual(
    errorsOf(),
    commands.map(() => 'destination-folder-missing'),
  );
  mkdirSync(destination);
  assert.deepEqual(
    errorsOf(),
    commands.map(() => 'no-backup-found'),
  );
  assert.equal(runAshlar(home, ['backup', destination, source], { PASSPHRASE: 'first' }).code, 0);
  for (const name of readdirSync(destination)) rmSync(join(destination, name));
  const typed = ['--force-passphrase-from-stdin'];
  const emptied = runAshlar(home, ['backup', destination, source, ...typed], {}, 'first\n');
  assert.match(emptied.err, /remote-files-missing/);
});
