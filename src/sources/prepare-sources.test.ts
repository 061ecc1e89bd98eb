import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import test from 'node:test';
import { prepareSources, probeSource, type SourceProbe } from './prepare-sources.ts';
import { SourceError } from './source-error.ts';

const folders: SourceProbe = 'folder';

test('prepareSources() makes paths absolute, marks folders, sorts and drops what is named twice', () => {
  const { roots, contained, problems } = prepareSources(['here', '/b/', '/a/../b'], (path) =>
    path.endsWith('here') ? 'file' : 'folder',
  );
  assert.deepEqual(roots, ['/b/', `${process.cwd()}/here`]);
  assert.deepEqual([contained, problems], [[], []]);
});

test('prepareSources() keeps the outer of two sources, and tells the inner one', () => {
  const { roots, contained } = prepareSources(['/a/b/c', '/a', '/ab', '/a-'], () => folders);
  assert.deepEqual(roots, ['/a-/', '/a/', '/ab/']);
  assert.deepEqual(contained, ['/a/b/c/']);
});

test('prepareSources() takes the root folder as holding everything', () => {
  const { roots, contained } = prepareSources(['/home', '/'], () => folders);
  assert.deepEqual([roots, contained], [['/'], ['/home/']]);
});

test('prepareSources() reports missing and empty sources without throwing', (t) => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'ashlar-sources-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  fs.mkdirSync(`${folder}/empty`);
  fs.writeFileSync(`${folder}/file`, '');
  const named = ['empty', 'file', 'missing', 'file/below'].map((name) => `${folder}/${name}`);
  const { roots, empty, problems } = prepareSources(named);
  assert.deepEqual(roots, [`${folder}/empty/`, `${folder}/file`]);
  assert.deepEqual(empty, [`${folder}/empty/`]);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['source-missing', 'source-missing'],
  );
});

test('probeSource() looks through a link', (t) => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'ashlar-sources-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  fs.symlinkSync('.', `${folder}/link`);
  fs.symlinkSync('nowhere', `${folder}/lost`);
  assert.equal(probeSource(`${folder}/link`), 'folder');
  assert.ok(probeSource(`${folder}/lost`) instanceof SourceError);
});
