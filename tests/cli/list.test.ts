/** The commands that show what a backup holds, as processes: with the local database and without it. */
import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { fixtureCase, sourceEntries } from '../support/fixture-cases.ts';
import { type AshlarRun, runAshlar } from '../support/run-ashlar.ts';

const PASSPHRASE = 'a passphrase';
const CASES = ['default', 'index-none', 'parity', 'continued', 'gpg', 'tgz'] as const;

let home = '';
let source = '';
let destination = '';

/** Three versions: a file grows and another comes, then a file and a link go. */
before(() => {
  home = mkdtempSync(join(tmpdir(), 'ashlar-list-'));
  source = join(home, 'source');
  destination = join(home, 'destination');
  mkdirSync(join(source, 'sub'), { recursive: true });
  writeFileSync(join(source, 'a.txt'), 'one');
  writeFileSync(join(source, 'sub', 'b.txt'), 'two');
  symlinkSync('a.txt', join(source, 'link'));
  backUp();
  copyFileSync(databaseFile(), staleDatabase());
  writeFileSync(join(source, 'a.txt'), 'one and more');
  writeFileSync(join(source, 'sub', 'New.txt'), 'three');
  backUp();
  rmSync(join(source, 'sub', 'b.txt'));
  rmSync(join(source, 'link'));
  backUp();
});

after(() => rmSync(home, { recursive: true, force: true }));

function databaseFile(): string {
  const folder = join(home, '.local', 'share', 'ashlar');
  const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.sqlite'));
  return join(folder, name);
}

/** The database as it was after the first version. */
function staleDatabase(): string {
  return join(home, 'stale.sqlite');
}

function backUp(): void {
  const { code, err } = runAshlar(home, ['backup', destination, source], { PASSPHRASE });
  assert.equal(code, 0, err);
}

/**
 * Runs a command with the database, where no passphrase is needed, and without; both must say the same, but
 * for what the result tells of the run itself.
 */
function show(command: string, ...argv: string[]): string {
  const withDatabase = answerOf(runAshlar(home, [command, destination, ...argv]));
  const without = answerOf(runAshlar(home, [command, destination, ...argv, '--no-local-db'], { PASSPHRASE }));
  assert.equal(withDatabase.err, '');
  assert.deepEqual(without, withDatabase);
  assert.equal(withDatabase.code, 0);
  return withDatabase.out;
}

function answerOf(run: AshlarRun): AshlarRun {
  return { ...run, out: run.out.replace(/,"result":\{"MainOperation".*\}\n$/s, '}\n') };
}

function showJson(command: string, ...argv: string[]) {
  return JSON.parse(show(command, ...argv, '--json'));
}

function paths(listing: { paths: { path: string }[] }): string[] {
  return listing.paths.map(({ path }) => path.replace(source, ''));
}

test('ashlar list without a pattern prints the versions', () => {
  assert.match(
    show('list'),
    /^0\t: \d{4}-\d\d-\d\d [\d:]{8} \(2 files, \d+ bytes\)\n1\t: .*\(3 files, .*\n2\t: .*\n$/,
  );
  const { operation, versions } = showJson('list');
  assert.equal(operation, 'list');
  const [newest, ...older] = versions;
  assert.equal(older.length, 2);
  assert.ok(newest.time > older[0].time);
  const { time, ...facts } = newest;
  assert.deepEqual(facts, { version: 0, isFull: true, files: 2, folders: 2, symlinks: 0, sizeBytes: 17 });
  assert.deepEqual(showJson('list', '--version=1').versions, [older[0]]);
});

test('ashlar list prints the files of a version that match', () => {
  assert.match(show('list', 'a.txt'), /^Version 0 of .*:\n\/.*\/source\/a\.txt \(12 bytes\)\n$/);
  const old = showJson('list', '*.txt', '--version=2');
  assert.deepEqual(Object.keys(old.versions[0]), ['version', 'time', 'isFull']);
  assert.deepEqual(paths(old), ['/a.txt', '/sub/b.txt']);
  assert.deepEqual(old.paths[0].sizesBytes, [3]);
  assert.deepEqual(paths(showJson('list', '1')), [
    '/',
    '/a.txt',
    '/link',
    '/sub/',
    '/sub/New.txt',
    '/sub/b.txt',
  ]);
  assert.deepEqual(paths(showJson('list', '--include=*/sub/*')), ['/sub/', '/sub/New.txt']);
});

test('ashlar list takes a time alone for the newest version of that time or before', () => {
  const { versions } = showJson('list');
  const time = new Date(versions[1].time * 1000).toISOString();
  assert.equal(showJson('list', time).versions[0].version, 1);
  assert.equal(showJson('list', 'now').versions[0].version, 0);
});

test('ashlar list --all-versions and find print a size for each version', () => {
  for (const argv of [
    ['list', '*.txt', '--all-versions'],
    ['find', '*.txt'],
  ]) {
    const [command = '', ...rest] = argv;
    const found = showJson(command, ...rest);
    assert.deepEqual(
      found.paths.map(({ sizesBytes }: { sizesBytes: unknown }) => sizesBytes),
      [
        [12, 12, 3],
        [5, 5, null],
        [null, 3, 3],
      ],
    );
  }
  assert.match(show('find', 'b.txt'), / {9}- {4}3 bytes {4}3 bytes {2}\/.*\/sub\/b\.txt\n$/);
});

test('ashlar list looks in all versions where nothing matches', () => {
  assert.match(show('list', 'b.txt'), /^Nothing matches there; looking in all versions\.\n/);
  assert.deepEqual(paths(showJson('list', 'b.txt')), ['/sub/b.txt']);
  assert.match(show('list', 'absent'), /Nothing matches\.\n$/);
  assert.deepEqual(showJson('list', 'absent').paths, []);
});

test('ashlar list --list-prefix-only, --list-folder-contents', () => {
  assert.equal(show('list', '*.txt', '--version=2', '--list-prefix-only'), `${source}/\n`);
  assert.deepEqual(paths(showJson('list', '--list-folder-contents')), ['/']);
  assert.deepEqual(paths(showJson('list', join(source, 'sub'), '--list-folder-contents')), ['/sub/New.txt']);
});

test('ashlar list-filesets and list --list-sets-only need no passphrase without the database', () => {
  for (const argv of [
    ['list-filesets', destination],
    ['list', destination, '--list-sets-only'],
  ]) {
    const { code, out } = runAshlar(home, [...argv, '--no-local-db', '--json']);
    assert.equal(code, 0);
    assert.deepEqual(
      JSON.parse(out).versions.map(({ version, files }: { version: number; files: null }) => [
        version,
        files,
      ]),
      [
        [0, null],
        [1, null],
        [2, null],
      ],
    );
  }
  assert.equal(runAshlar(home, ['list-filesets', destination, '--version=1']).code, 200);
});

test('ashlar list-folder-content prints what lies directly in folders of one version', () => {
  assert.deepEqual(paths(showJson('list-folder-content')), ['/']);
  assert.deepEqual(paths(showJson('list-folder-content', source, '--version=1')), [
    '/a.txt',
    '/link',
    '/sub/',
  ]);
  assert.match(show('list-folder-contents', source), /\/a\.txt \(12 bytes\)\n.*\/sub\/ \(directory\)\n$/);
  assert.equal(runAshlar(home, ['list-folder-content', destination, '--all-versions']).code, 200);
});

test('ashlar list-file-versions prints the versions that hold a path', () => {
  const out = show('list-file-versions', join(source, 'link'), join(source, 'sub'));
  assert.match(out, /^\/.*\/link\n\[1\] .*: \(symlink\)\n\[2\] .*\n\/.*\/sub\/\n\[0\] .*: \(directory\)\n/);
  const absent = runAshlar(home, ['list-file-versions', destination, '/absent']);
  assert.equal(absent.code, 0, 'a question was answered');
  assert.match(absent.err, /\/absent/);
});

test('ashlar search finds paths in all versions, in upper or lower case', () => {
  assert.equal(show('search', '--include=*B.TXT'), `${source}/sub/b.txt (version 1-2)\n`);
  assert.deepEqual(paths(showJson('search', join(source, 'sub'), '--include=*new*')), ['/sub/New.txt']);
});

test('ashlar compare prints what changed', () => {
  const changes = (...argv: string[]) =>
    showJson('compare', ...argv)
      .changes.filter(({ kind }: { kind: string }) => kind !== 'folder')
      .map(({ path, change }: { path: string; change: string }) => [path.replace(source, ''), change]);
  assert.deepEqual(changes(), [
    ['/link', 'deleted'],
    ['/sub/b.txt', 'deleted'],
  ]);
  assert.deepEqual(changes('2', '1'), [
    ['/a.txt', 'modified'],
    ['/sub/New.txt', 'added'],
  ]);
  assert.deepEqual(changes('1', '1'), []);
  assert.match(show('compare'), /1 symlink deleted:\n {2}\/.*\/link\n/);
  assert.equal(runAshlar(home, ['compare', destination, 'yesterday']).code, 200);
});

test('ashlar list tells what is missing: the passphrase, the version, the backup', () => {
  const locked = runAshlar(home, ['list', destination, '--no-local-db']);
  assert.match(locked.err, /ErrorID: passphrase-missing/);
  const wrong = runAshlar(home, ['list', destination, '--no-local-db'], { PASSPHRASE: 'wrong' });
  assert.match(wrong.err, /ErrorID: wrong-passphrase/);
  const { code, err } = runAshlar(home, ['list', destination, '9']);
  assert.equal(code, 100);
  assert.match(err, /ErrorID: no-matching-version/);
  assert.match(runAshlar(home, ['list', source]).err, /ErrorID: no-backup-found/);
});

test('ashlar list with a database older than the destination shows what is there now, and needs the passphrase once', () => {
  const argv = ['list', destination, `--dbpath=${staleDatabase()}`, '--json'];
  assert.match(runAshlar(home, argv).out, /passphrase-missing/);
  for (const environment of [{ PASSPHRASE }, {}]) {
    const { code, out } = runAshlar(home, argv, environment);
    assert.equal(code, 0);
    assert.equal(JSON.parse(out).versions.length, 3);
  }
});

for (const name of CASES) {
  const fixture = fixtureCase(name);
  test(`ashlar list shows every version that Duplicati made of '${name}'`, (t) => {
    if (fixture === undefined) return t.skip('NO FIXTURES: nothing was listed');
    for (let number = 0; number < fixture.versions; number++) {
      const { code, out, err } = runAshlar(
        home,
        ['list', fixture.destination, `${number}`, '--json', `--prefix=${fixture.prefix}`],
        fixture.passphrase === null ? {} : { PASSPHRASE: fixture.passphrase },
      );
      assert.equal(code, 0, err);
      const root = fixture.source.replace(/\/?$/, '/');
      const files = JSON.parse(out)
        .paths.filter(({ kind }: { kind: string }) => kind === 'file')
        .map(({ path, sizesBytes }: { path: string; sizesBytes: number[] }) => [
          path.replace(root, ''),
          sizesBytes[0],
        ]);
      const expected: [string, number][] = sourceEntries(fixture, number)
        .filter(({ kind }) => kind === 'f')
        .map(({ path, sizeBytes }): [string, number] => [path, sizeBytes]);
      assert.deepEqual(new Map(files), new Map(expected), `version ${number}`);
    }
  });
}
