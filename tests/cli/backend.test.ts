import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { runAshlar } from '../support/run-ashlar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('ashlar backend creates, stores, lists, fetches and deletes', async (t) => {
  const home = await temporaryFolder(t);
  const folder = join(home, 'destination');
  const backend = (...argv: string[]) => runAshlar(home, ['backend', ...argv]);
  const missing = backend('list', folder);
  assert.equal(missing.code, 100);
  assert.match(missing.err, /destination-folder-missing/);
  assert.equal(backend('create', folder).code, 0);
  await writeFile(join(home, 'a.txt'), 'hello');
  assert.equal(backend('put', folder, join(home, 'a.txt'), 'b.txt').code, 0);
  assert.match(backend('list', folder).out, /b\.txt/);
  const listed = JSON.parse(backend('list', folder, '--json').out);
  assert.deepEqual([listed.files[0].name, listed.files[0].sizeBytes], ['b.txt', 5]);
  const path = join(home, 'c.txt');
  assert.equal(backend('get', folder, 'b.txt', path).code, 0);
  assert.equal(await readFile(path, 'utf8'), 'hello');
  assert.match(backend('get', folder, 'b.txt', path).err, /local-file-exists/);
  assert.equal(backend('get', folder, 'b.txt', path, '--overwrite').code, 0);
  assert.equal(backend('test', folder).code, 0);
  assert.equal(backend('delete', folder, 'b.txt').code, 0);
  assert.match(backend('delete', folder, 'b.txt').err, /destination-file-missing/);
  assert.deepEqual(await readdir(folder), []);
});

test('ashlar backend list shows each file in one line that moves no cursor, whatever its name', async (t) => {
  const home = await temporaryFolder(t);
  const folder = join(home, 'destination');
  await mkdir(folder);
  await writeFile(join(folder, 'a\n 9 GiB  b\u001b[2J\rc'), 'x');
  const { out } = runAshlar(home, ['backend', 'list', folder]);
  assert.match(out, /^ *1 byte .* a\ufffd 9 GiB {2}b\ufffd\[2J\ufffdc\n$/);
  const { files } = JSON.parse(runAshlar(home, ['backend', 'list', folder, '--json']).out);
  assert.equal(files[0].name, 'a\n 9 GiB  b\u001b[2J\rc');
});

test('ashlar backend says what is wrong with its arguments', async (t) => {
  const home = await temporaryFolder(t);
  assert.match(runAshlar(home, ['backend', 'move', home]).err, /no action 'move'/);
  assert.match(runAshlar(home, ['backend', 'get', home]).err, /needs the name of a file/);
  assert.match(runAshlar(home, ['backend', 'put', home, join(home, 'none')]).err, /local-file-missing/);
});

test('ashlar backend shows no password of a URL that stands in the wrong place', async (t) => {
  const home = await temporaryFolder(t);
  const url = 'ssh://me:s3cret@127.0.0.1:1/x?auth-password=s3cret2';
  for (const argv of [
    ['backend', url, 'list'],
    ['backend', 'put', home, url],
    ['backend', 'get', home, url, join(home, 'x')],
    ['backend', 'list', url, 'x', 'y', url],
    ['help', url],
    [url],
  ]) {
    for (const more of [[], ['--json'], ['--debug-output']]) {
      const { code, out, err } = runAshlar(home, [...argv, ...more]);
      assert.notEqual(code, 0);
      assert.match(err, /ssh:\/\/me:\*\*\*@127/, argv.join(' '));
      assert.doesNotMatch(out + err, /s3cret/, argv.join(' '));
    }
  }
});

test('ashlar backend says why a local file cannot be read or written', async (t) => {
  const home = await temporaryFolder(t);
  const folder = join(home, 'destination');
  await mkdir(folder);
  const file = join(home, 'a.txt');
  await writeFile(file, 'hello');
  const backend = (...argv: string[]) => runAshlar(home, ['backend', ...argv]);
  assert.equal(backend('put', folder, file).code, 0);
  const get = (path: string) => backend('get', folder, 'a.txt', path, '--overwrite');
  for (const [said, { code, err }] of [
    [
      /local-file-unusable\n.*b' cannot be written: its folder does not exist\./,
      get(join(home, 'none', 'b')),
    ],
    [/local-file-unusable\n.*b' cannot be written: its folder is a file\./, get(join(file, 'b'))],
    [/local-file-unusable\n.* cannot be written: its name is too long\./, get(join(home, 'b'.repeat(300)))],
    [/local-file-exists\n.*destination' is a folder\.\nName the file in it\./, get(folder)],
    [
      /local-file-unusable\n.*b' cannot be read: its folder is a file\./,
      backend('put', folder, join(file, 'b')),
    ],
    [/local-file-missing\n.*none'/, backend('put', folder, join(home, 'none'))],
  ] as const) {
    assert.match(err, said);
    assert.equal(code, 100);
  }
  assert.deepEqual(await readdir(folder), ['a.txt']);
});

test('ashlar backend-test tries a destination, leaves other files alone, and prints how fast it was', async (t) => {
  const home = await temporaryFolder(t);
  const folder = join(home, 'destination');
  await mkdir(folder);
  await writeFile(join(folder, 'other'), 'x');
  const options = ['--reruns=2', '--number-of-files=3', '--max-file-size=300kb'];
  const { code, out, err } = runAshlar(home, ['backend-test', folder, ...options]);
  assert.equal(code, 0, err);
  assert.match(out, /round +files +size +upload/);
  assert.match(out, /No errors were found/);
  assert.deepEqual(await readdir(folder), ['other']);
  const { rounds, faults } = JSON.parse(runAshlar(home, ['backend-test', folder, ...options, '--json']).out);
  assert.equal(rounds.length, 2);
  assert.deepEqual(faults, []);
});
