import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { encodePath, toSystemPath } from '../base/index.ts';
import { nativeCalls, nativeProblem } from '../base/native/index.ts';
import type { SourceError } from './source-error.ts';
import { type WalkedEntry, type WalkOptions, walk } from './walk.ts';

function temporaryFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'ashlar-walk-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Walked {
  readonly entries: readonly WalkedEntry[];
  /** Paths without the folder that all tests have to themselves. */
  readonly paths: readonly string[];
  readonly problems: readonly SourceError[];
}

function walkAll(roots: readonly string[], options: Partial<WalkOptions> = {}): Walked {
  const problems: SourceError[] = [];
  const batches = walk(roots, {
    accept: () => 'include',
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  const entries = [...batches].flat();
  const prefix = roots[0] ?? '';
  return { entries, paths: entries.map(({ path }) => path.slice(prefix.length)), problems };
}

/** Root may list every folder, so it gives its rights up for a while. */
function asNobody<T>(t: TestContext, action: () => T): T {
  if (process.geteuid?.() !== 0) return action();
  t.after(() => process.seteuid?.(0));
  process.seteuid?.(65_534);
  const result = action();
  process.seteuid?.(0);
  return result;
}

/** Names that sort in unlike ways as text, as bytes, with and without a separator behind. */
const nameArbitrary = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      '.',
      '-',
      '0',
      '!',
      ' ',
      'é',
      '\uffee',
      '\u{1f600}',
      '\u{10ff81}',
      '\u{10ffff}',
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(''))
  .filter((name) => name !== '.' && name !== '..');

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Some paths below a folder, each as its names; those of even length become folders. */
const treeArbitrary = fc.array(fc.array(nameArbitrary, { minLength: 1, maxLength: 4 }), { maxLength: 12 });

/** Makes the tree, what is in the way of another left out, and gives the paths that it has. */
function makeTree(root: string, tree: readonly (readonly string[])[]): Set<string> {
  const paths = new Set<string>();
  for (const names of tree) {
    let path = root;
    for (const [index, name] of names.entries()) {
      path += `/${name}`;
      if (paths.has(path)) break; // a file
      if (paths.has(`${path}/`)) continue;
      const isFile = index === names.length - 1 && names.length % 2 === 1;
      if (isFile) fs.writeFileSync(toSystemPath(path), '');
      else fs.mkdirSync(toSystemPath(path));
      paths.add(isFile ? path : `${path}/`);
    }
  }
  return paths;
}

test('walk() gives every entry once, in the order of the UTF-8 bytes of paths', (t) => {
  const folder = temporaryFolder(t);
  let run = 0;
  fc.assert(
    fc.property(treeArbitrary, (tree) => {
      run += 1;
      const root = join(folder, String(run));
      fs.mkdirSync(root);
      const expected = [`${root}/`, ...makeTree(root, tree)].sort(compareBytes);
      const { entries, problems } = walkAll([root]);
      assert.deepEqual(
        entries.map(({ path }) => path),
        expected,
      );
      assert.deepEqual(problems, []);
    }),
    { numRuns: 60 },
  );
});

test('walk() orders a folder by the separator at its end: after "a-" and "a.", before "a0"', (t) => {
  const root = temporaryFolder(t);
  fs.mkdirSync(`${root}/a`);
  for (const name of ['a/z', 'a-', 'a.', 'a0', 'ab']) fs.writeFileSync(`${root}/${name}`, '');
  assert.deepEqual(walkAll([root]).paths, ['/', '/a-', '/a.', '/a/', '/a/z', '/a0', '/ab']);
});

test('walk() carries names that are no UTF-8, and its system paths lead to them', (t) => {
  const root = temporaryFolder(t);
  const folder = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff])]);
  fs.mkdirSync(folder);
  const file = Buffer.concat([folder, Buffer.from([0x2f, 0xfe, 0x61])]);
  fs.writeFileSync(file, 'content');
  const { entries } = walkAll([root]);
  const last = entries.at(-1);
  assert.ok(last !== undefined);
  assert.deepEqual(encodePath(last.path), file);
  assert.equal(fs.readFileSync(last.systemPath, 'utf8'), 'content');
});

test('walk() stores links as links, those to folders with a separator, and enters none', (t) => {
  const root = temporaryFolder(t);
  fs.mkdirSync(`${root}/folder`);
  fs.writeFileSync(`${root}/folder/file`, '');
  fs.symlinkSync('folder', `${root}/to-folder`);
  fs.symlinkSync('folder/file', `${root}/to-file`);
  fs.symlinkSync('nowhere', `${root}/to-nothing`);
  fs.symlinkSync('to-itself', `${root}/to-itself`);
  const { entries, paths, problems } = walkAll([root]);
  assert.deepEqual(paths.slice(3), ['/to-file', '/to-folder/', '/to-itself', '/to-nothing']);
  assert.ok(entries.slice(3).every(({ kind, isLink }) => kind === 'symlink' && isLink));
  assert.deepEqual(problems, []);
});

test('walk() following links enters folders behind them, but not again the one it comes from', (t) => {
  const root = temporaryFolder(t);
  fs.mkdirSync(`${root}/folder`);
  fs.symlinkSync('..', `${root}/folder/up`);
  fs.symlinkSync('folder', `${root}/link`);
  fs.symlinkSync('nowhere', `${root}/lost`);
  const { paths, problems } = walkAll([root], { symlinks: 'follow' });
  assert.deepEqual(paths, ['/', '/folder/', '/folder/up/', '/link/', '/link/up/']);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['source-link-cycle', 'source-link-cycle', 'source-vanished'],
  );
});

test('walk() enters a root that is a link to a folder, so that naming it backs up something', (t) => {
  const folder = temporaryFolder(t);
  fs.mkdirSync(`${folder}/real`);
  fs.writeFileSync(`${folder}/real/file`, '');
  fs.symlinkSync('real', `${folder}/root`);
  const { entries, paths } = walkAll([`${folder}/root`]);
  assert.deepEqual(paths, ['/', '/file']);
  assert.deepEqual([entries[0]?.kind, entries[0]?.isLink, entries[0]?.isRoot], ['folder', true, true]);
});

test('walk() takes files as roots, sorts roots, and reports one that is missing', (t) => {
  const folder = temporaryFolder(t);
  fs.mkdirSync(`${folder}/b`);
  fs.writeFileSync(`${folder}/b/inner`, '');
  fs.writeFileSync(`${folder}/a`, 'four');
  const roots = [`${folder}/b/`, `${folder}/missing`, `${folder}/a`];
  const { entries, problems } = walkAll(roots);
  assert.deepEqual(
    entries.map(({ path }) => path.slice(folder.length)),
    ['/a', '/b/', '/b/inner'],
  );
  assert.equal(entries[0]?.stat.size, 4);
  assert.deepEqual(
    problems.map(({ code, details }) => [code, details['path']]),
    [['source-missing', `${folder}/missing`]],
  );
});

test('walk() never looks into an excluded folder, and leaves a traversed one out', (t) => {
  const root = temporaryFolder(t);
  for (const name of ['excluded', 'traversed']) {
    fs.mkdirSync(`${root}/${name}`);
    fs.writeFileSync(`${root}/${name}/file`, '');
  }
  const asked: string[] = [];
  const { paths } = walkAll([root], {
    accept: ({ path }) => {
      asked.push(path.slice(root.length));
      return path.endsWith('/excluded/') ? 'exclude' : path.endsWith('/traversed/') ? 'traverse' : 'include';
    },
  });
  assert.deepEqual(paths, ['/', '/traversed/file']);
  assert.deepEqual(asked, ['/', '/excluded/', '/traversed/', '/traversed/file']);
});

test('walk() leaves out a folder with an ignored file name, but neither a root nor one where that is a folder', (t) => {
  const root = temporaryFolder(t);
  for (const name of ['cache', 'cache/sub', 'kept', 'kept/CACHEDIR.TAG']) fs.mkdirSync(`${root}/${name}`);
  fs.writeFileSync(`${root}/CACHEDIR.TAG`, '');
  fs.writeFileSync(`${root}/cache/CACHEDIR.TAG`, '');
  const ignoring = walkAll([root], { ignoreFilenames: ['CACHEDIR.TAG'] });
  assert.deepEqual(ignoring.paths, ['/', '/CACHEDIR.TAG', '/kept/', '/kept/CACHEDIR.TAG/']);
  assert.equal(walkAll([root], { ignoreFilenames: [] }).paths.length, 7);
});

test('walk() names special files as what they are', (t) => {
  const calls = nativeCalls();
  if (calls === undefined) return t.skip(nativeProblem());
  const root = temporaryFolder(t);
  calls.makeFifo(`${root}/fifo`, 0o600);
  calls.makeNode(`${root}/socket`, 'socket', 0o600, { major: 0, minor: 0 });
  assert.deepEqual(
    walkAll([root]).entries.map(({ kind }) => kind),
    ['folder', 'fifo', 'socket'],
  );
});

test('walk() reports a folder that may not be listed, keeps its entry, and goes on', (t) => {
  const root = temporaryFolder(t);
  fs.chmodSync(root, 0o755);
  fs.mkdirSync(`${root}/closed`, { mode: 0 });
  fs.writeFileSync(`${root}/later`, '');
  const { paths, problems } = asNobody(t, () => walkAll([root]));
  assert.deepEqual(paths, ['/', '/closed/', '/later']);
  assert.equal(problems[0]?.code, 'source-unreadable');
});

test('walk() passes over what vanishes or becomes a folder between listing and looking', (t) => {
  const root = temporaryFolder(t);
  for (const name of ['a', 'b', 'c']) fs.writeFileSync(`${root}/${name}`, '');
  const { paths, problems } = walkAll([root], {
    accept: ({ path }) => {
      if (path.endsWith('/a')) {
        fs.rmSync(`${root}/b`);
        fs.rmSync(`${root}/c`);
        fs.mkdirSync(`${root}/c`);
      }
      return 'include';
    },
  });
  assert.deepEqual(paths, ['/', '/a']);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['source-vanished', 'source-vanished'],
  );
});

test('walk() ends where it stands when it is to stop', (t) => {
  const root = temporaryFolder(t);
  for (const name of ['a', 'b', 'c']) fs.writeFileSync(`${root}/${name}`, '');
  let seen = 0;
  const { paths } = walkAll([root], {
    accept: () => {
      seen += 1;
      return 'include';
    },
    isStopping: () => seen >= 2,
  });
  assert.deepEqual(paths, ['/', '/a']);
});

test('walk() goes as deep as the system lets a path be, without recursion', (t) => {
  const root = temporaryFolder(t);
  const depth = Math.floor((4000 - root.length) / 2);
  fs.mkdirSync(`${root}${'/d'.repeat(depth)}`, { recursive: true });
  const { entries, problems } = walkAll([root]);
  assert.equal(entries.length, depth + 1);
  assert.deepEqual(problems, []);
});

test('walk() reaches what lies deeper than one path can say', (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux reaches a path from an open folder');
  const root = temporaryFolder(t);
  const before = process.cwd();
  t.after(() => process.chdir(before));
  process.chdir(root);
  const name = 'd'.repeat(250);
  for (let level = 0; level < 40; level++) {
    fs.mkdirSync(name);
    process.chdir(name);
  }
  fs.writeFileSync('bottom', 'four');
  process.chdir(before);
  const { entries, problems } = walkAll([root]);
  assert.deepEqual(problems, []);
  assert.equal(entries.length, 42);
  assert.equal(entries.at(-1)?.stat.size, 4);
});
