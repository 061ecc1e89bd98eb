import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPullBench, missingForPulls, startServerFor } from '../support/pull-bench.ts';

const skip = missingForPulls();

test('pullSource() makes a dated folder, and shares unchanged files with the one before', {
  skip,
}, async (t) => {
  const server = await startServerFor(t);
  const bench = await createPullBench(t);
  mkdirSync(join(server.dataFolder, 'sub'));
  writeFileSync(join(server.dataFolder, 'same'), 'same');
  writeFileSync(join(server.dataFolder, 'sub/changes'), 'one');
  bench.add('web', server);
  const first = await bench.pull('web');
  assert.equal(first.state, 'completed', String(first.error));
  writeFileSync(join(server.dataFolder, 'sub/changes'), 'other');
  const second = await bench.pull('web');
  assert.equal(second.state, 'completed', String(second.error));
  const folder = join(bench.destination, 'web');
  const [older = '', newer = ''] = readdirSync(folder).sort();
  assert.match(older, /^backup-\d{4}-\d\d-\d\d-\d{6}$/);
  const inode = (version: string, name: string) =>
    statSync(join(folder, version, server.dataFolder, name)).ino;
  assert.equal(inode(older, 'same'), inode(newer, 'same'));
  assert.notEqual(inode(older, 'sub/changes'), inode(newer, 'sub/changes'));
  assert.equal(second.run?.apparentBytes, 9);
  assert.ok((second.run?.addedBytes ?? 0) < (first.run?.addedBytes ?? 0));
});
