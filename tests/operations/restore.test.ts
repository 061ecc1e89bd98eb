import assert from 'node:assert/strict';
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
import process from 'node:process';
import test from 'node:test';
import { runRestore } from '../../src/operations/restore/run.ts';
import { type HandMadeEntry, handMadeBackup, metadataOf } from '../support/hand-made-backup.ts';
import { seededBytes } from '../support/seeded-random.ts';

const bytes = (text: string) => Buffer.from(text);

const LARGE = seededBytes(1234, 7);
const HOLLOW = Buffer.concat([seededBytes(100, 8), Buffer.alloc(1000), seededBytes(50, 9)]);

const TREE: readonly HandMadeEntry[] = [
  {
    path: '/home/a/',
    kind: 'folder',
    metadata: metadataOf({ owner: { uid: 0, gid: 0, permissions: 0o750 } }),
  },
  { path: '/home/a/copy', kind: 'file', content: bytes('same content') },
  { path: '/home/a/deep/', kind: 'folder' },
  { path: '/home/a/deep/er/', kind: 'folder' },
  { path: '/home/a/deep/er/large', kind: 'file', content: LARGE },
  { path: '/home/a/empty', kind: 'file' },
  { path: '/home/a/hollow', kind: 'file', content: HOLLOW },
  { path: '/home/a/link', kind: 'symlink', metadata: metadataOf({ symlinkTarget: '../nowhere' }) },
  {
    path: '/home/a/other',
    kind: 'file',
    content: bytes('same content'),
    metadata: metadataOf({ owner: { uid: 0, gid: 0, permissions: 0o600 } }),
  },
  { path: '/home/a/third', kind: 'file', content: bytes('same content') },
];

test('runRestore() brings back content, links, modes and exact times', async (t) => {
  const backup = await handMadeBackup(t, TREE);
  const result = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.deepEqual(result.brokenFiles, []);
  assert.deepEqual(result.metadataProblems, { count: 0, byPart: {}, first: [] });
  assert.equal(result.restoredFiles, 6);
  assert.equal(result.restoredFolders, 3);
  assert.equal(result.restoredSymlinks, 1);
  const target = join(backup.folder, 'target');
  assert.deepEqual(readdirSync(target).sort(), ['copy', 'deep', 'empty', 'hollow', 'link', 'other', 'third']);
  assert.deepEqual(readFileSync(join(target, 'deep/er/large')), LARGE);
  assert.deepEqual(readFileSync(join(target, 'hollow')), HOLLOW);
  assert.equal(readFileSync(join(target, 'third'), 'utf8'), 'same content');
  assert.equal(readlinkSync(join(target, 'link')), '../nowhere');
  for (const [name, mode] of [
    ['copy', 0o640],
    ['other', 0o600],
    ['empty', 0o640],
    ['deep', 0o640],
    ['deep/er/large', 0o640],
  ] as const) {
    const stat = lstatSync(join(target, name), { bigint: true });
    assert.equal(Number(stat.mode) & 0o7777, mode, name);
    assert.equal(stat.mtimeNs, 1_700_000_000_123_456_700n, name);
  }
  assert.equal(lstatSync(target).mode & 0o777, 0o750);
  assert.equal(lstatSync(join(target, 'copy')).ino === lstatSync(join(target, 'third')).ino, false);
});

test('runRestore() fetches every volume once', async (t) => {
  const backup = await handMadeBackup(t, TREE, { blocksPerVolume: 3 });
  await runRestore(backup.opened, backup.settings(), backup.context);
  const volumes = [...backup.destination.storage.files.keys()].length;
  assert.equal(backup.opened.remote.statistics.filesDownloaded, volumes);
});

test('runRestore() reads encrypted volumes and differing hash algorithms', async (t) => {
  const backup = await handMadeBackup(t, TREE, {
    encryption: { kind: 'aes', passphrase: 'secret', version: 2, iterations: undefined, header: 'full' },
    format: { blockHash: 'SHA512', fileHash: 'MD5' },
  });
  const result = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.deepEqual(result.brokenFiles, []);
  assert.deepEqual(readFileSync(join(backup.folder, 'target/deep/er/large')), LARGE);
});

test('runRestore() leaves files alone that hold the right content, and fetches nothing for them', async (t) => {
  const backup = await handMadeBackup(t, TREE);
  const settings = backup.settings({ skipMetadata: true });
  await runRestore(backup.opened, settings, backup.context);
  const before = lstatSync(join(backup.folder, 'target/deep/er/large')).ino;
  const result = await runRestore(backup.opened, settings, backup.context);
  assert.equal(result.restoredFiles, 0);
  assert.equal(result.unmodifiedFiles, 6);
  assert.equal(lstatSync(join(backup.folder, 'target/deep/er/large')).ino, before);
});

test('runRestore() gives a file another name where one with other content stands, and overwrites when told to', async (t) => {
  const backup = await handMadeBackup(t, TREE);
  const target = join(backup.folder, 'target');
  mkdirSync(join(target, 'deep/er'), { recursive: true });
  const changed = Buffer.from(LARGE);
  changed.fill(0, 300, 400);
  writeFileSync(join(target, 'deep/er/large'), Buffer.concat([changed, bytes('longer')]));
  const beside = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.deepEqual(beside.brokenFiles, []);
  const [other] = readdirSync(join(target, 'deep/er')).filter((name) => name !== 'large');
  assert.match(other ?? '', /^large\.\d{4}-\d\d-\d\d$/);
  assert.deepEqual(readFileSync(join(target, 'deep/er', other ?? '')), LARGE);
  assert.deepEqual(beside.renamed, { count: 1, example: join(target, 'deep/er', other ?? '') });
  assert.notDeepEqual(readFileSync(join(target, 'deep/er/large')), LARGE);
  const again = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.equal(again.unmodifiedFiles, 6);
  assert.deepEqual(again.renamed, { count: 0 });
  await runRestore(backup.opened, backup.settings({ overwrite: true }), backup.context);
  assert.deepEqual(readFileSync(join(target, 'deep/er/large')), LARGE);
});

test('runRestore() restores the rest when a volume is missing, and names what is not restored', async (t) => {
  const backup = await handMadeBackup(t, TREE, { blocksPerVolume: 2 });
  const names = [...backup.destination.storage.files.keys()];
  const lost = names[4] ?? '';
  backup.destination.storage.files.delete(lost);
  const result = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.deepEqual(
    result.brokenVolumes.map(({ name }) => name),
    [lost],
  );
  const large = join(backup.folder, 'target/deep/er/large');
  assert.deepEqual(
    result.brokenFiles.map(({ path }) => path),
    [large],
  );
  assert.equal(existsSync(large), false);
  assert.equal(result.restoredFiles, 5);
});

test('runRestore() takes blocks from another volume where theirs is damaged', async (t) => {
  const backup = await handMadeBackup(t, TREE, { blocksPerVolume: 4, copies: 2 });
  const files = backup.destination.storage.files;
  const names = [...files.keys()];
  for (const [index, name] of names.slice(0, names.length / 2).entries()) {
    const file = files.get(name);
    if (file === undefined) continue;
    if (index % 2 === 0) files.delete(name);
    else files.set(name, { ...file, bytes: file.bytes.subarray(0, 50) });
  }
  const result = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.deepEqual(result.brokenFiles, []);
  assert.equal(result.brokenVolumes.length, names.length / 2);
  assert.deepEqual(readFileSync(join(backup.folder, 'target/deep/er/large')), LARGE);
});

test('runRestore() reads what is left of a damaged volume that is not encrypted', async (t) => {
  const backup = await handMadeBackup(t, TREE, { blocksPerVolume: 100 });
  const files = backup.destination.storage.files;
  for (const [name, file] of [...files]) {
    const damaged = Buffer.from(file.bytes);
    const at = damaged.indexOf(LARGE.subarray(700, 710));
    assert.notEqual(at, -1);
    damaged.fill(0xff, at, at + 5);
    files.set(name, { ...file, bytes: damaged });
  }
  const result = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.deepEqual(
    result.brokenFiles.map(({ path }) => path),
    [join(backup.folder, 'target/deep/er/large')],
  );
  assert.equal(result.restoredFiles, 5);
});

test('runRestore() reads what is left of a damaged volume that is encrypted', async (t) => {
  const backup = await handMadeBackup(t, TREE, {
    blocksPerVolume: 100,
    encryption: { kind: 'aes', passphrase: 'secret', version: 2, iterations: undefined, header: 'full' },
  });
  const files = backup.destination.storage.files;
  for (const [name, file] of [...files]) {
    const damaged = Buffer.from(file.bytes);
    // Most of the volume is the content of one file.
    const at = Math.floor(damaged.length / 2);
    damaged.fill(0xff, at, at + 5);
    files.set(name, { ...file, bytes: damaged });
  }
  const result = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.equal(result.brokenFiles.length, 1);
  assert.equal(result.restoredFiles, 5);
  assert.equal(result.brokenVolumes.length, 1);
});

/** So many blocks in one volume that each worker reads a part of it. */
const CROWD: readonly HandMadeEntry[] = [
  { path: '/home/crowd/', kind: 'folder' },
  ...Array.from({ length: 1500 }, (_, number): HandMadeEntry => {
    const content = bytes(`content of file ${number}`);
    return { path: `/home/crowd/${String(number).padStart(4, '0')}`, kind: 'file', content };
  }),
  { path: '/home/crowd/large', kind: 'file', content: seededBytes(20_000, 3) },
];
const CROWD_FILES = CROWD.length - 1;
const IN_ONE_VOLUME = {
  blocksPerVolume: 10_000,
  encryption: { kind: 'aes', passphrase: 'secret', version: 2, iterations: undefined, header: 'full' },
} as const;

test('runRestore() has several workers read one volume, which is fetched once', async (t) => {
  const backup = await handMadeBackup(t, CROWD, IN_ONE_VOLUME);
  const result = await runRestore(backup.opened, backup.settings({ workers: 3 }), backup.context);
  assert.deepEqual(result.brokenFiles, []);
  assert.equal(result.restoredFiles, CROWD_FILES);
  assert.equal(backup.opened.remote.statistics.filesDownloaded, 1);
  for (const { path, content } of CROWD)
    if (content !== undefined)
      assert.deepEqual(
        readFileSync(join(backup.folder, 'target', path.slice('/home/crowd/'.length))),
        content,
      );
});

test('runRestore() reads what is left of a damaged volume with several workers', async (t) => {
  const backup = await handMadeBackup(t, CROWD, IN_ONE_VOLUME);
  const files = backup.destination.storage.files;
  for (const [name, file] of [...files]) {
    const damaged = Buffer.from(file.bytes);
    // The last file is the only one of several blocks; behind them is the directory, as long as all the rest.
    const at = Math.floor(damaged.length * 0.48);
    damaged.fill(0xff, at, at + 5);
    files.set(name, { ...file, bytes: damaged });
  }
  const result = await runRestore(backup.opened, backup.settings({ workers: 3 }), backup.context);
  const target = join(backup.folder, 'target');
  assert.deepEqual(
    result.brokenFiles.map(({ path }) => path),
    [join(target, 'large')],
  );
  assert.equal(result.restoredFiles, CROWD_FILES - 1);
  assert.equal(readdirSync(target).length, CROWD_FILES - 1);
});

test('runRestore() throws wrong-passphrase once where several workers meet it', async (t) => {
  const backup = await handMadeBackup(t, CROWD, IN_ONE_VOLUME);
  const opened = { ...backup.opened, keys: { passphrase: 'other', gpg: {} } };
  await assert.rejects(runRestore(opened, backup.settings({ workers: 3 }), backup.context), {
    code: 'wrong-passphrase',
  });
});

test('runRestore() writes nothing through a link that the backup planted', async (t) => {
  const outside = '/home/a/out';
  const entries: HandMadeEntry[] = [
    { path: '/home/a/', kind: 'folder' },
    { path: outside, kind: 'symlink', metadata: metadataOf({ symlinkTarget: '/' }) },
    { path: '/home/a/out/planted', kind: 'file', content: bytes('x') },
    { path: '/home/a/../escape', kind: 'file', content: bytes('x') },
  ];
  const backup = await handMadeBackup(t, entries);
  const result = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.equal(existsSync('/planted'), false);
  assert.deepEqual(
    result.refused.map(({ path }) => path),
    ['/home/a/../escape'],
  );
  assert.equal(result.brokenFiles.length, 1);
});

test('runRestore() writes nothing through a link that was at the target', async (t) => {
  const backup = await handMadeBackup(t, TREE);
  const target = join(backup.folder, 'target');
  mkdirSync(join(backup.folder, 'elsewhere'));
  mkdirSync(target);
  symlinkSync('../elsewhere', join(target, 'deep'));
  const result = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.deepEqual(readdirSync(join(backup.folder, 'elsewhere')), []);
  assert.equal(result.brokenFiles.length, 3);
  assert.equal(result.restoredFiles, 5);
});

test('runRestore() makes names of one file names of one file again, and pipes pipes', async (t) => {
  const linked = metadataOf({ extensions: { hardlink: '1:2' } });
  const pipe = metadataOf({ extensions: { kind: 'fifo' } });
  const backup = await handMadeBackup(t, [
    { path: '/s/one', kind: 'file', content: bytes('linked'), metadata: linked },
    { path: '/s/pipe', kind: 'file', metadata: pipe },
    { path: '/s/two', kind: 'file', content: bytes('linked'), metadata: linked },
  ]);
  const result = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.deepEqual(result.brokenFiles, []);
  const target = join(backup.folder, 'target');
  assert.equal(lstatSync(join(target, 'one')).ino, lstatSync(join(target, 'two')).ino);
  assert.equal(lstatSync(join(target, 'pipe')).isFIFO(), true);
});

test('runRestore() restores metadata of several blocks', async (t) => {
  if (process.platform !== 'linux') {
    t.skip('extended attributes are tested on Linux');
    return;
  }
  const xattrs = [['user.long', seededBytes(700, 3)]] as const;
  const backup = await handMadeBackup(t, [
    { path: '/s/one', kind: 'file', content: bytes('x'), metadata: metadataOf({ xattrs }) },
  ]);
  const result = await runRestore(backup.opened, backup.settings(), backup.context);
  assert.deepEqual(result.brokenFiles, []);
});

test('runRestore() with local blocks copies what lies where the entries came from', async (t) => {
  const { mkdtempSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const source = mkdtempSync(join(tmpdir(), 'ashlar-test-'));
  t.after(async () => (await import('node:fs/promises')).rm(source, { recursive: true }));
  writeFileSync(join(source, 'large'), LARGE);
  const backup = await handMadeBackup(t, [
    { path: `${source}/`, kind: 'folder' },
    { path: `${source}/large`, kind: 'file', content: LARGE },
  ]);
  backup.destination.storage.files.clear();
  const settings = backup.settings({ withLocalBlocks: true, skipMetadata: true });
  const result = await runRestore(backup.opened, settings, backup.context);
  assert.deepEqual(result.brokenFiles, []);
  assert.deepEqual(readFileSync(join(backup.folder, 'target/large')), LARGE);
});

test('runRestore() leaves no half-written file after an abort', async (t) => {
  const backup = await handMadeBackup(t, TREE, { blocksPerVolume: 1 });
  const context = {
    ...backup.context,
    report: (progress: { bytesDone: number }) => {
      if (progress.bytesDone > 300) backup.controller.abort();
    },
  };
  await assert.rejects(runRestore(backup.opened, backup.settings(), context), { code: 'aborted' });
  const large = join(backup.folder, 'target/deep/er/large');
  assert.equal(existsSync(large), false);
});

test('runRestore() with dryRun touches nothing', async (t) => {
  const backup = await handMadeBackup(t, TREE);
  const result = await runRestore(backup.opened, backup.settings({ dryRun: true }), backup.context);
  assert.equal(result.restoredFiles, 6);
  assert.equal(existsSync(join(backup.folder, 'target')), false);
});

test('runRestore() throws wrong-passphrase rather than calling every file broken', async (t) => {
  const backup = await handMadeBackup(t, TREE, {
    encryption: { kind: 'aes', passphrase: 'secret', version: 2, iterations: undefined, header: 'full' },
  });
  const opened = { ...backup.opened, keys: { passphrase: 'other', gpg: {} } };
  await assert.rejects(runRestore(opened, backup.settings(), backup.context), { code: 'wrong-passphrase' });
});

test('runRestore() names the paths that are not in the version', async (t) => {
  const backup = await handMadeBackup(t, TREE);
  const literals = ['/home/a/copy', '/home/a/gone'];
  const selection = { accept: (path: string) => literals.includes(path), literals };
  const result = await runRestore(backup.opened, backup.settings({ selection }), backup.context);
  assert.deepEqual(result.notFound, ['/home/a/gone']);
  assert.deepEqual(readdirSync(join(backup.folder, 'target')), ['copy']);
});
