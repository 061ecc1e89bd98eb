/**
 * A tree that holds one of everything, through the program and back, compared by tools that are not ours. In
 * the long run (`npm run test:faults`) one folder holds 100,000, and a file with holes is larger than 4 GiB.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { nativeCalls, nativeProblem } from '../../src/base/native/index.ts';
import { extent } from '../faults/extent.ts';
import { describeTree, rsyncDifferences, type TreeDescription } from '../support/describe-tree.ts';
import { hardToRemoveFolder } from '../support/hard-to-remove.ts';

const NOBODY = 65_534;
const isWhole = extent === 'whole';
const isRoot = process.geteuid?.() === 0;
const launcher = join(import.meta.dirname, '..', '..', 'bin', 'ashlar.js');
const script = join(import.meta.dirname, '..', 'support', 'everything-tree.sh');
const BECOME_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

type User = 'self' | 'nobody';

interface Place {
  readonly tree: string;
  readonly destination: string;
  readonly restored: string;
  run(user: User, argv: readonly string[]): { readonly code: number | null; readonly json: Answer };
  build(user: User): void;
}

interface Answer {
  readonly failedPaths: readonly string[];
  readonly brokenFiles: readonly { readonly path: string }[];
  readonly metadataProblems: { readonly byPart: Readonly<Record<string, number>> };
  readonly files: { readonly added: number; readonly modified: number };
}

/** Folders that both users may use. */
function place(t: TestContext): Place {
  const folder = hardToRemoveFolder(t);
  const of = (name: string) => join(folder, name);
  for (const name of ['tree', 'home', 'destination', 'out']) {
    mkdirSync(of(name));
    if (isRoot) chownSync(of(name), NOBODY, NOBODY);
  }
  const spawn = (user: User, command: readonly string[]) => {
    const [program = '', ...rest] = user === 'nobody' ? [...BECOME_NOBODY, ...command] : command;
    return spawnSync(program, rest, {
      encoding: 'utf8',
      cwd: folder,
      maxBuffer: 1 << 28,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: of('home'),
        TMPDIR: of('home'),
        PASSPHRASE: 'p',
        MANY: isWhole ? '100000' : '500',
        ...(isWhole && user === 'self' ? { LARGE: 'yes' } : {}),
      },
    });
  };
  return {
    tree: of('tree'),
    destination: of('destination'),
    restored: of('out/restored'),
    build: (user) => {
      const { status, stderr } = spawn(user, ['bash', script, of('tree')]);
      assert.equal(status, 0, stderr);
    },
    run: (user, argv) => {
      const { status, stdout, stderr } = spawn(user, [process.execPath, launcher, ...argv, '--json']);
      assert.ok(stdout.startsWith('{'), stderr);
      return { code: status, json: JSON.parse(stdout) };
    },
  };
}

/** Names the first lines that only one of both has. */
function assertSameLines(actual: Iterable<string>, expected: Iterable<string>, what: string): void {
  const [got, wanted] = [new Set(actual), new Set(expected)];
  const shorten = (lines: ReadonlySet<string>, without: ReadonlySet<string>) => {
    const alone = [...lines].filter((line) => !without.has(line));
    return alone.slice(0, 10).map((line) => line.slice(0, 300));
  };
  const differences = { missing: shorten(wanted, got), added: shorten(got, wanted) };
  assert.deepEqual(differences, { missing: [], added: [] }, what);
}

function assertSame(actual: TreeDescription, expected: TreeDescription): void {
  for (const question of Object.keys(expected) as (keyof TreeDescription)[])
    assertSameLines(actual[question].split('\n'), expected[question].split('\n'), question);
}

function assertRsyncAgrees(t: TestContext, { tree, restored }: Place): void {
  const differences = rsyncDifferences(tree, restored);
  if (differences === undefined) t.diagnostic('rsync is not installed and was not asked');
  else assert.deepEqual(differences, []);
}

test('backup and restore give root back everything as it was', async (t) => {
  if (!isRoot) return t.skip('owners, devices and capabilities need root');
  if (nativeCalls() === undefined) return t.skip(nativeProblem());
  const here = place(t);
  here.build('self');
  const backup = here.run('self', ['backup', here.destination, here.tree]);
  assert.deepEqual([backup.code, backup.json.failedPaths], [0, []]);
  const restore = here.run('self', [
    'restore',
    here.destination,
    `--restore-path=${here.restored}`,
    '--restore-permissions',
  ]);
  assert.deepEqual([restore.code, restore.json.metadataProblems.byPart], [0, {}]);
  assertSame(describeTree(here.restored), describeTree(here.tree));
  assertRsyncAgrees(t, here);

  await t.test('restore gives a user everything but what only root may set, and names that', (user) => {
    if (mayRunAsNobody(user)) restoreAsNobody(here);
  });
});

function restoreAsNobody(here: Place): void {
  const restored = `${here.restored}-by-nobody`;
  spawnSync('chmod', ['-R', 'a+rX', here.destination, join(here.destination, '..', 'home')]);
  spawnSync('chown', ['-R', `${NOBODY}`, join(here.destination, '..', 'home')]);
  const restore = here.run('nobody', [
    'restore',
    here.destination,
    `--restore-path=${restored}`,
    '--restore-permissions',
  ]);
  assert.equal(restore.code, 100);
  assert.deepEqual(restore.json.brokenFiles.map(({ path }) => path.slice(restored.length)).sort(), [
    '/special/block-device',
    '/special/character-device',
  ]);
  const parts = Object.keys(restore.json.metadataProblems.byPart).sort();
  assert.deepEqual(
    parts.filter((part) => !part.startsWith('extended attribute')),
    ['flags', 'owner', 'setuid and setgid bits'],
  );
  assert.ok(
    parts.every((part) => !/system\.|user\./.test(part)),
    String(parts),
  );
  const [got, wanted] = [describeTree(restored), describeTree(here.tree)];
  assertSameLines(asNobodyMayHave(got.entries), asNobodyMayHave(wanted.entries), 'entries');
  assertSameLines(got.sizes.split('\n'), wanted.sizes.split('\n'), 'sizes');
  assertSameLines(got.names.split('\n'), wanted.names.split('\n'), 'names');
  assertSameLines(withoutOwners(got.acls), withoutOwners(wanted.acls), 'acls');
}

test('backup and restore give a user back his own files as they were, but those that he may not read', (t) => {
  if (nativeCalls() === undefined) return t.skip(nativeProblem());
  const here = place(t);
  const user: User = isRoot ? 'nobody' : 'self';
  if (isRoot && !mayRunAsNobody(t)) return;
  here.build(user);
  const backup = here.run(user, ['backup', here.destination, here.tree]);
  const unreadable = ['/modes/0000', '/modes/0200'];
  assert.deepEqual(
    backup.json.failedPaths.map((path) => path.slice(here.tree.length)),
    unreadable,
  );
  assert.equal(backup.code, 2);
  const restore = here.run(user, [
    'restore',
    here.destination,
    `--restore-path=${here.restored}`,
    '--restore-permissions',
  ]);
  assert.deepEqual([restore.code, restore.json.metadataProblems.byPart], [0, {}]);
  for (const name of unreadable) spawnSync('rm', ['-f', here.tree + name]);
  spawnSync('touch', ['-r', join(here.restored, 'modes'), join(here.tree, 'modes')]);
  assertSame(describeTree(here.restored), describeTree(here.tree));
  assertRsyncAgrees(t, here);

  spawnSync('rm', ['-rf', 'plain', 'sparse', 'attributes'], { cwd: here.tree });
  here.run(user, ['restore', here.destination, '--restore-permissions']);
  assert.ok(existsSync(join(here.tree, 'sparse', 'zeros')));
  const { files } = here.run(user, ['backup', here.destination, here.tree]).json;
  // The time of a file that lies in the future was its time of creation too, and two names are of a file with
  // a new number.
  assert.deepEqual([files.added, files.modified], [0, 3], 'what was restored is no change');
});

/** As another user, the program must be reachable at all. */
function mayRunAsNobody(t: TestContext): boolean {
  const [program = '', ...rest] = [...BECOME_NOBODY, process.execPath, launcher, '--version'];
  if (spawnSync(program, rest, { cwd: '/' }).status === 0) return true;
  t.skip('another user cannot run the program from this checkout, or setpriv is missing');
  return false;
}

/** Without owners, devices, and the bits that were granted to the owner of then. */
function asNobodyMayHave(entries: string): string[] {
  return entries
    .split('\n')
    .filter((line) => !/^[bc] /.test(line))
    .map((line) => line.replace(/^(\S+) (?:[0-7](?=[0-7]{3} ))?(\S+) \S+ /, '$1 $2 '));
}

function withoutOwners(acls: string): string[] {
  return acls.split('\n').filter((line) => !/^# (?:owner|group|flags|file: special\/.*device)/.test(line));
}
