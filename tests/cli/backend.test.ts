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

test('ashlar backend says what is wrong with its arguments', async (t) => {
  const home = await temporaryFolder(t);
  assert.match(runAshlar(home, ['backend', 'move', home]).err, /no action 'move'/);
  assert.match(runAshlar(home, ['backend', 'get', home]).err, /needs the name of a file/);
  assert.match(runAshlar(home, ['backend', 'put', home, join(home, 'none')]).err, /local-file-missing/);
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
