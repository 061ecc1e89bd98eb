import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { hasAbility } from './abilities.ts';
import type { Destination, UploadSource } from './destination.ts';

import { LocalFolder } from './local-folder.ts';
import { openDestination } from './registry.ts';
import { temporaryName } from './support/temporary-name.ts';

const CONTENT = Buffer.from('what the volume holds');

/** An empty folder that goes away after the test, with a destination in it and a place for volumes beside it. */
async function setUp(t: TestContext, query = '') {
  const root = mkdtempSync(join(tmpdir(), 'ashlar-local-folder-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'destination');
  mkdirSync(folder);
  const destination = await openDestination(`file://${folder}${query}`);
  assert.ok(destination instanceof LocalFolder);
  t.after(() => destination[Symbol.asyncDispose]());
  return { root, folder, destination };
}

function fileSource(path: string, bytes: Buffer = CONTENT): UploadSource {
  writeFileSync(path, bytes, { mode: 0o600 });
  return { sizeBytes: bytes.length, path, open: () => streamOf(readFileSync(path)) };
}

async function* streamOf(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function names(destination: Destination): Promise<string[]> {
  const result: string[] = [];
  for await (const { name } of destination.list()) result.push(name);
  return result.sort();
}

test('put() keeps a file of the same file system by a link, with the attributes of a new file', async (t) => {
  const { root, folder, destination } = await setUp(t);
  const source = fileSource(join(root, 'volume'));
  await destination.put('x', source);
  const stored = statSync(join(folder, 'x'));
  assert.equal(stored.ino, statSync(join(root, 'volume')).ino);
  writeFileSync(join(folder, 'new'), '');
  const fresh = statSync(join(folder, 'new'));
  assert.deepEqual([stored.mode, stored.uid, stored.gid], [fresh.mode, fresh.uid, fresh.gid]);
});

test('put() gives a linked file the group of a folder that hands its group on', async (t) => {
  if (process.getuid?.() !== 0) {
    t.skip('only the administrator can choose groups at will');
    return;
  }
  const { root, folder, destination } = await setUp(t);
  chownSync(folder, 0, 4321);
  chmodSync(folder, 0o2775);
  await destination.put('x', fileSource(join(root, 'volume')));
  assert.equal(statSync(join(folder, 'x')).gid, 4321);
  assert.equal(statSync(join(folder, 'x')).ino, statSync(join(root, 'volume')).ino);
});

test('put() copies into a folder that hands on access rights, so that the file gets them', async (t) => {
  const { root, folder, destination } = await setUp(t);
  if (spawnSync('setfacl', ['-d', '-m', 'u:1234:rw', folder]).status !== 0) {
    t.skip('setfacl is not installed, or the file system knows no access lists');
    return;
  }
  await destination.put('x', fileSource(join(root, 'volume')));
  assert.match(spawnSync('getfacl', ['-n', join(folder, 'x')], { encoding: 'utf8' }).stdout, /user:1234:rw-/);
});

test('put() of the same linked file twice leaves one name, and replacing it leaves the source alone', async (t) => {
  const { root, folder, destination } = await setUp(t);
  const source = fileSource(join(root, 'volume'));
  await destination.put('x', source);
  await destination.put('x', source);
  await destination.put('x', { sizeBytes: 3, open: () => streamOf(Buffer.from('new')) });
  assert.deepEqual(readdirSync(folder), ['x']);
  assert.equal(readFileSync(join(folder, 'x'), 'utf8'), 'new');
  assert.deepEqual(readFileSync(join(root, 'volume')), CONTENT);
});

test('put() copies where a link would store something else', async (t) => {
  const { root, folder, destination } = await setUp(t);
  const source = fileSource(join(root, 'volume'));
  symlinkSync('volume', join(root, 'link'));
  await destination.put('x', { ...source, path: join(root, 'link') });
  await destination.put('y', { ...source, path: join(root, 'missing') });
  for (const name of ['x', 'y']) {
    assert.ok(statSync(join(folder, name)).isFile());
    assert.deepEqual(readFileSync(join(folder, name)), CONTENT);
    assert.notEqual(statSync(join(folder, name)).ino, statSync(join(root, 'volume')).ino);
  }
});

test('put() refuses a file that is not as long as announced', async (t) => {
  const { root, destination } = await setUp(t);
  const source = { ...fileSource(join(root, 'volume')), sizeBytes: 5 };
  await assert.rejects(destination.put('x', source), { code: 'destination-corrupt' });
  assert.deepEqual(await names(destination), []);
});

test('put() takes the file away with use-move-for-put', async (t) => {
  const { root, folder, destination } = await setUp(t, '?use-move-for-put=true');
  const source = fileSource(join(root, 'volume'));
  const { ino } = statSync(join(root, 'volume'));
  await destination.put('x', source);
  assert.deepEqual(readdirSync(root), ['destination']);
  assert.equal(statSync(join(folder, 'x')).ino, ino);
  await destination.put('y', { sizeBytes: 3, open: () => streamOf(Buffer.from('new')) });
  assert.deepEqual(await names(destination), ['x', 'y']);
});

test('put() still counts the bytes with disable-length-verification', async (t) => {
  const { destination } = await setUp(t, '?disable-length-verification');
  const short = { sizeBytes: 5, open: () => streamOf(Buffer.from('new')) };
  await assert.rejects(destination.put('x', short), { code: 'destination-corrupt' });
  await destination.put('x', { sizeBytes: 3, open: () => streamOf(Buffer.from('new')) });
  assert.deepEqual(await names(destination), ['x']);
});

test('put() never shows a name before all of its bytes are there', async (t) => {
  const { folder, destination } = await setUp(t);
  const seen: string[][] = [];
  await destination.put('x', {
    sizeBytes: 2,
    open: async function* () {
      yield Buffer.from('a');
      seen.push(await names(destination));
      assert.equal(readdirSync(folder).length, 1);
      yield Buffer.from('b');
    },
  });
  assert.deepEqual(seen, [[]]);
  assert.deepEqual(readdirSync(folder), ['x']);
});

test('put() refuses names that the file system cannot hold or that a folder has', async (t) => {
  const { folder, destination } = await setUp(t);
  mkdirSync(join(folder, 'folder'));
  const source = { sizeBytes: 1, open: () => streamOf(Buffer.from('x')) };
  for (const name of ['x'.repeat(300), 'folder'])
    await assert.rejects(destination.put(name, source), { code: 'destination-refused' });
  assert.deepEqual(readdirSync(folder), ['folder']);
});

test('list() shows files and links to files, and nothing else', async (t) => {
  const { folder, destination } = await setUp(t);
  writeFileSync(join(folder, 'file'), CONTENT);
  writeFileSync(join(folder, temporaryName()), CONTENT);
  mkdirSync(join(folder, 'folder'));
  symlinkSync('file', join(folder, 'link'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('folder', join(folder, 'link-to-folder'));
  linkSync(join(folder, 'file'), join(folder, 'hard'));
  assert.deepEqual(await names(destination), ['file', 'hard', 'link']);
});

test('list() shows names that are no UTF-8, and get() opens them', async (t) => {
  if (process.platform !== 'linux') {
    t.skip('only Linux has such names');
    return;
  }
  const { folder, destination } = await setUp(t);
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/a`), Buffer.from([0xff])]), CONTENT);
  const [name = ''] = await names(destination);
  assert.equal(name, 'a\u{10ffff}');
  for await (const piece of destination.get(name)) assert.deepEqual(piece, CONTENT);
});

test('get() of a file that becomes shorter meanwhile is destination-corrupt', async (t) => {
  const { folder, destination } = await setUp(t);
  writeFileSync(join(folder, 'x'), Buffer.alloc(2_000_000));
  await assert.rejects(
    async () => {
      for await (const _piece of destination.get('x')) truncateSync(join(folder, 'x'), 10);
    },
    { code: 'destination-corrupt' },
  );
});

test('a file in the place of the folder, or of its parent, is destination-refused for every verb', async (t) => {
  const { root } = await setUp(t);
  writeFileSync(join(root, 'file'), '');
  const source = { sizeBytes: 1, open: () => streamOf(Buffer.from('x')) };
  for (const path of [join(root, 'file'), join(root, 'file', 'folder')]) {
    await using destination = await openDestination(path);
    const refused = { code: 'destination-refused' };
    await assert.rejects(names(destination), refused);
    await assert.rejects(destination.put('x', source), refused);
    await assert.rejects(destination.delete('x'), refused);
    await assert.rejects(destination.get('x')[Symbol.asyncIterator]().next(), refused);
    assert.ok(hasAbility(destination, 'createFolder'));
    await assert.rejects(destination.createFolder(), { name: 'DestinationError' });
  }
});

test('createFolder() makes the parents too', async (t) => {
  const { root } = await setUp(t);
  await using destination = await openDestination(join(root, 'a', 'b', 'c'));
  assert.ok(hasAbility(destination, 'createFolder'));
  await destination.createFolder();
  assert.deepEqual(await names(destination), []);
});

test('alternate-target-paths and the marker choose the folder', async (t) => {
  const { root, folder } = await setUp(t);
  const drive = join(root, 'drive');
  mkdirSync(drive);
  const source = { sizeBytes: 1, open: () => streamOf(Buffer.from('x')) };
  const open = (main: string, settings: Record<string, string>) => openDestination(main, { settings });

  await using plain = await open(join(root, 'gone'), { 'alternate-target-paths': `${root}/other:${drive}` });
  await plain.put('x', source);
  assert.deepEqual(readdirSync(drive), ['x']);

  const marked = { 'alternate-target-paths': drive, 'alternate-destination-marker': 'marker' };
  await using lost = await open(folder, marked);
  await assert.rejects(lost.put('y', source), { code: 'destination-unreachable', message: /'marker'/ });
  writeFileSync(join(drive, 'marker'), '');
  await lost.put('y', source);
  assert.deepEqual(readdirSync(drive).sort(), ['marker', 'x', 'y']);
  assert.deepEqual(readdirSync(folder), []);
});

test('localPath() names the file in place', async (t) => {
  const { folder, destination } = await setUp(t);
  writeFileSync(join(folder, 'x'), CONTENT);
  assert.equal(await destination.localPath('x'), join(folder, 'x'));
  await assert.rejects(destination.localPath('y'), { code: 'destination-file-missing' });
});

test('freeSpace() tells plausible numbers', async (t) => {
  const { destination } = await setUp(t);
  const { totalBytes, freeBytes } = await destination.freeSpace();
  assert.ok(freeBytes > 0 && freeBytes <= totalBytes);
});

test('errors name the folder and keep their cause', async (t) => {
  const { folder, destination } = await setUp(t);
  await assert.rejects(destination.delete('x'), (error: Error) => {
    assert.ok(error.message.includes(`'x'`) && error.message.includes(folder));
    assert.ok(error.cause instanceof Error);
    return true;
  });
});
