/** Sources that are no files on a disk: standard input, the output of a command, a list of paths. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { nativeCalls, nativeProblem } from '../../src/base/native/index.ts';
import { type AshlarRun, runAshlar } from '../support/run-ashlar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'ashlar.js');
const ENVIRONMENT = { PASSPHRASE: 'p' };

interface Place {
  readonly folder: string;
  readonly destination: string;
  run(argv: readonly string[], input?: string): AshlarRun;
  /** The content of a stored file. */
  stored(path: string): string;
}

async function place(t: TestContext): Promise<Place> {
  const folder = await temporaryFolder(t);
  const destination = join(folder, 'destination');
  const run = (argv: readonly string[], input = '') =>
    runAshlar(folder, argv, { ...ENVIRONMENT, SOME: join(folder, 'some') }, input);
  let restores = 0;
  return {
    folder,
    destination,
    run,
    stored: (path) => {
      const target = join(folder, `restored-${restores++}`);
      const { code, err } = run(['restore', destination, path, `--restore-path=${target}`]);
      assert.equal(code, 0, err);
      return readFileSync(join(target, path.slice(path.lastIndexOf('/') + 1)), 'latin1');
    },
  };
}

test('backup --stdin-filename stores standard input, of several blocks and of none', async (t) => {
  const { destination, run, stored } = await place(t);
  const text = 'a line of a dump\n'.repeat(200_000);
  assert.equal(run(['backup', destination, '--stdin-filename=dumps/all.sql'], text).code, 0);
  assert.equal(stored('/dumps/all.sql'), text);
  assert.equal(run(['backup', destination, '--stdin-filename=dumps/all.sql'], '').code, 0);
  assert.equal(stored('/dumps/all.sql'), '');
});

test('backup --stdin-command stores the output of a command beside files, and no version where it fails', async (t) => {
  if (nativeCalls() === undefined) return t.skip(nativeProblem());
  const { folder, destination, run, stored } = await place(t);
  mkdirSync(join(folder, 'some'));
  writeFileSync(join(folder, 'some', 'file'), 'content');
  const backup = (command: string) =>
    run(['backup', destination, join(folder, 'some'), '--stdin-filename=dump', `--stdin-command=${command}`]);
  assert.equal(backup('printf good').code, 0);
  const failed = backup('printf bad; exit 3');
  assert.equal(failed.code, 100);
  assert.match(failed.err, /source-command-failed[\s\S]*exit code 3/);
  assert.equal(backup('kill $$').code, 100);
  assert.equal(stored('/dump'), 'good');
  writeFileSync(join(folder, 'some', 'file'), 'other content');
  assert.equal(backup('printf better').code, 0);
  assert.equal(stored('/dump'), 'better');
  assert.equal(stored(join(folder, 'some', 'file')), 'other content');
});

/** Of those that ended, some wait for ever to be asked how. */
function isRunning(pid: number): boolean {
  const status = `/proc/${pid}/stat`;
  return existsSync(status) && !/\) [ZX] /.test(readFileSync(status, 'latin1'));
}

test('backup --stdin-command ends the command and all that it started when it is aborted', async (t) => {
  if (nativeCalls() === undefined) return t.skip(nativeProblem());
  const { folder, destination } = await place(t);
  const child = spawn(
    process.execPath,
    [launcher, 'backup', destination, `--stdin-command=sleep 600 & echo $! > ${folder}/pid; echo $!; wait`],
    { env: { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, ...ENVIRONMENT } },
  );
  const ended = once(child, 'exit');
  while (!existsSync(join(folder, 'pid'))) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGTERM');
  assert.equal((await ended)[0], 100);
  const sleeper = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  while (isRunning(sleeper)) await new Promise((resolve) => setImmediate(resolve));
});

test('backup --sources-from takes lines and NUL-ended paths, from a file and from standard input', async (t) => {
  const { folder, destination, run, stored } = await place(t);
  const names = ['with space', 'new\nline', 'third'].map((name) => join(folder, name));
  for (const name of names) writeFileSync(name, `in ${name}`);
  const zero = names.map((name) => `${name}\0`).join('');
  assert.equal(run(['backup', destination, '--sources-from=-'], zero).code, 0);
  for (const name of names) assert.equal(stored(name), `in ${name}`);
  writeFileSync(join(folder, 'list'), `${names[0]}\r\n\n${names[2]}\n`);
  const other = join(folder, 'other');
  const { code, out } = run(['backup', other, `--sources-from=${join(folder, 'list')}`, '--json']);
  assert.deepEqual([code, JSON.parse(out).files.added], [0, 2]);
  const missing = run(['backup', other, `--sources-from=${join(folder, 'no list')}`]);
  assert.deepEqual([missing.code, /sources-unreadable/.test(missing.err)], [100, true]);
});

test('test-filters says of every entry what becomes of it, and which rules decide nothing', async (t) => {
  const { folder, run } = await place(t);
  const source = join(folder, 'some');
  for (const name of ['', 'cache', 'sub', 'empty']) mkdirSync(join(source, name));
  for (const name of ['a.tmp', 'b.txt', 'sub/c.tmp', 'sub/d', 'cache/CACHEDIR.TAG'])
    writeFileSync(join(source, name), name);
  const rules = ['--exclude=*.tmp', '--exclude=sub/', '--include=%SOME%/b.txt', '--exclude-empty-folders'];
  const { code, out, err } = run(['test-filters', '%SOME%', ...rules]);
  assert.equal(code, 0, err);
  const lines = out.split('\n').filter((line) => /^[-+.] /.test(line));
  assert.deepEqual(
    lines.map((line) => line.replace(source, '')),
    [
      '+ /',
      '- /a.tmp  (--exclude=*.tmp)',
      '+ /b.txt  (--include=%SOME%/b.txt)',
      '- /cache/  (holds a file of --ignore-filenames)',
      '+ /sub/',
      '- /sub/c.tmp  (--exclude=*.tmp)',
      '+ /sub/d',
      '- /empty/  (--exclude-empty-folders)',
    ],
  );
  assert.match(out + err, /--exclude=sub\/ decides nothing: whole paths are matched/);
  const other = run(['test-filters', '%SOME%', '--exclude=*.TMP', '--include=*.zip']);
  assert.match(other.out + other.err, /--exclude=\*\.TMP decided about no entry/);
});

test('backup warns where the filters leave nothing of the sources', async (t) => {
  const { folder, destination, run } = await place(t);
  mkdirSync(join(folder, 'some'));
  writeFileSync(join(folder, 'some', 'file'), 'x');
  for (const rule of ['--exclude=*', '--include=*.zip', '--exclude=[.*e]'])
    for (const command of [['backup', destination], ['backup', destination, '--dry-run'], ['test-filters']]) {
      // A backup that warns says so by its exit code; a question is answered all the same.
      const { code, err } = run([...command, join(folder, 'some'), rule]);
      assert.deepEqual(
        [code, /filters leave out|Nothing that the sources hold/.test(err)],
        [command[0] === 'backup' ? 2 : 0, true],
        `${command} ${rule}: ${err}`,
      );
    }
  assert.equal(run(['backup', destination, join(folder, 'some'), '--exclude=*.zip']).code, 0);
});
