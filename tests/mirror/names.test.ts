import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyWords, findContent, findFiles, restoreVersion } from '../../src/mirror/index.ts';
import { createPullBench, loginWords, missingForPulls, startServerFor } from '../support/pull-bench.ts';

const skip = missingForPulls();

const NAMES = [
  'two  spaces ',
  `quotes ' " \``,
  '$(touch PWNED)',
  '`touch PWNED`',
  ';touch PWNED;',
  '&& touch PWNED #',
  'new\nline',
  '-rf',
  '--delete',
  '*',
  '[a-z]?',
  '\\backslash\\',
  '# comment',
  '; comment',
  'colon:host:path',
  'ünïcödé 😀',
];

/** Names of dumps end at the first colon. */
const DUMPS = [`quotes ' " \``, '$(touch PWNED)', '-rf', 'new\nline'];

test('pullSource() interprets no name of a path, an include, a source or a dump', { skip }, async (t) => {
  const server = await startServerFor(t);
  const bench = await createPullBench(t);
  for (const name of NAMES) {
    mkdirSync(join(server.dataFolder, name));
    writeFileSync(join(server.dataFolder, name, name), name);
  }
  writeFileSync(Buffer.concat([Buffer.from(`${server.dataFolder}/latin-`), Buffer.from([0xe9])]), 'latin');
  symlinkSync('/etc/passwd', join(server.dataFolder, 'link'));
  const source = `-e sh $(touch PWNED) '"\n;x`;
  const fields = [
    ...loginWords(server).filter((word) => !word.startsWith('include=')),
    ...NAMES.map((name) => `include=${server.dataFolder}/${name}`),
    `include=${server.dataFolder}/link`,
    ...DUMPS.map((name) => `dump=${name}:printf %s dumped`),
  ];
  bench.configuration.addSource(source, 'disk', applyWords('source', new Map(), fields));
  const outcome = await bench.pull(source);
  assert.equal(outcome.state, 'completed', String(outcome.error));
  assert.deepEqual(
    bench.told.filter(({ level, id }) => level !== 'information' && id !== 'pull-host-key-pinned'),
    [],
  );
  const version = join(bench.destination, source, outcome.run?.folder ?? '');
  for (const name of NAMES) {
    assert.equal(readFileSync(join(version, server.dataFolder, name, name), 'utf8'), name);
  }
  for (const name of DUMPS) assert.equal(readFileSync(join(version, '_dumps', name), 'utf8'), 'dumped');
  assert.equal(readlinkSync(join(version, server.dataFolder, 'link')), '/etc/passwd');
  assert.deepEqual(findTraces(bench.folder, server.dataFolder), []);
});

test('pullSource() takes excludes for patterns and nothing else', { skip }, async (t) => {
  const server = await startServerFor(t);
  const bench = await createPullBench(t);
  const excluded = [
    '+ plus',
    '- minus',
    '!',
    `it's`,
    '$(touch PWNED)',
    'a b',
    '-rf',
    '--delete',
    'new\nline',
  ];
  for (const name of [...excluded, 'kept']) writeFileSync(join(server.dataFolder, name), name);
  bench.add(
    'web',
    server,
    excluded.map((name) => `exclude=${name}`),
  );
  const outcome = await bench.pull('web');
  assert.equal(outcome.state, 'completed', String(outcome.error));
  const version = join(bench.destination, 'web', outcome.run?.folder ?? '');
  assert.deepEqual(readdirSync(join(version, server.dataFolder)), ['kept']);
  assert.deepEqual(findTraces(bench.folder, server.dataFolder), []);
});

test('findFiles(), findContent() and restoreVersion() interpret no name either', { skip }, async (t) => {
  const server = await startServerFor(t);
  const bench = await createPullBench(t);
  for (const name of NAMES) writeFileSync(join(server.dataFolder, name), `text of ${name}\n`);
  const source = bench.add('web', server);
  assert.equal((await bench.pull('web')).state, 'completed');
  const out = join(bench.folder, `out ' $(touch PWNED)`);
  for (const name of NAMES.filter((given) => !/[*?[\]]/.test(given))) {
    const files: string[] = [];
    await findFiles(source, name, bench.context, ({ path }) => void files.push(path));
    assert.deepEqual(files, [join(server.dataFolder, name)], name);
    const [line = ''] = `text of ${name}`.split('\n');
    const lines: string[] = [];
    await findContent(source, line.toUpperCase(), bench.context, ({ path }) => void lines.push(path));
    assert.ok(lines.includes(join(server.dataFolder, name)), name);
  }
  const paths = NAMES.map((name) => join(server.dataFolder, name));
  const request = { version: 'newest', paths, existing: 'keep', isDryRun: false } as const;
  await restoreVersion(source, { ...request, to: { place: 'here', folder: out } }, bench.context);
  for (const path of paths) assert.deepEqual(readFileSync(join(out, path)), readFileSync(path));
  execFileSync('rm', ['-r', server.dataFolder]);
  await restoreVersion(source, { ...request, to: { place: 'server', folder: '/' } }, bench.context);
  for (const path of paths) assert.deepEqual(readFileSync(join(out, path)), readFileSync(path));
  assert.deepEqual(findTraces(bench.folder, server.dataFolder), []);
});

test('addSource() refuses names, hosts and accounts that could mean something else', {
  skip: false,
}, async (t) => {
  const bench = await createPullBench(t);
  const fields = ['user=u', 'host=h', 'include=/x'];
  const add = (name: string, words: readonly string[]) =>
    bench.configuration.addSource(name, 'disk', applyWords('source', new Map(), [...fields, ...words]));
  for (const name of ['', '.', '..', '.partial', 'a/b', 'x'.repeat(201)])
    assert.throws(() => add(name, []), { code: 'pull-name-invalid' });
  for (const word of [
    'host=-oProxyCommand=x',
    'host=a b',
    'host=a;b',
    'user=-l',
    'user=a b',
    'user=$(x)',
    'jump=-x',
  ])
    assert.throws(() => add('web', [word]), { code: 'pull-field-invalid' }, word);
  for (const word of [
    'port=0',
    'port=x',
    'include=../up',
    'cron=never',
    'zone=Mars',
    'key-file=relative',
    'dump=a/b:c',
  ])
    assert.throws(() => add('web', [word]), { code: 'pull-field-invalid' }, word);
  assert.throws(() => add('web', ['hosts=h']), { code: 'pull-field-unknown' });
});

/** Files that only a shell could have made. */
function findTraces(...folders: readonly string[]): string[] {
  return [...folders, process.cwd(), process.env['HOME'] ?? '/'].flatMap((folder) =>
    existsSync(join(folder, 'PWNED')) && lstatSync(join(folder, 'PWNED')) !== undefined ? [folder] : [],
  );
}
