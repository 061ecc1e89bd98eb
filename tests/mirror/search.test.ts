import assert from 'node:assert/strict';
import { linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyWords, type FoundLine, findContent, findFiles } from '../../src/mirror/index.ts';
import { addKeptVersion } from '../support/kept-versions.ts';
import { createPullBench } from '../support/pull-bench.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-06-15T12:00:00Z');

test('findContent() searches each content once, in the newest version that holds it', async (t) => {
  const bench = await createPullBench(t);
  const fields = applyWords('source', new Map(), ['host=h', 'user=u', 'include=/x']);
  const source = bench.configuration.addSource('web', 'disk', fields);
  const older = addKeptVersion(bench, source, NOW_MS - DAY_MS);
  const newer = addKeptVersion(bench, source, NOW_MS);
  writeFileSync(join(older.path, 'same'), 'first\r\nThe NEEDLE here\nno end of line needle');
  linkSync(join(older.path, 'same'), join(newer.path, 'same'));
  writeFileSync(join(older.path, 'changed'), 'needle');
  writeFileSync(join(newer.path, 'changed'), 'thread\n');
  writeFileSync(join(newer.path, 'binary'), 'needle\0needle');
  writeFileSync(join(newer.path, 'empty'), '');
  // Longer than what is read at once, twice, with lines before and behind.
  writeFileSync(join(newer.path, 'long'), `short\n${'x'.repeat(2_500_000)}needle${'y'.repeat(1000)}\nneedle`);
  const found: FoundLine[] = [];
  const count = await findContent(source, 'Needle', bench.context, (line) => void found.push(line));
  assert.deepEqual(
    found.map(({ version, path, line }) => `${version} ${path}:${line}`),
    [
      `${newer.folder} /long:2`,
      `${newer.folder} /long:3`,
      `${newer.folder} /same:2`,
      `${newer.folder} /same:3`,
      `${older.folder} /changed:1`,
    ],
  );
  assert.equal(count, 5);
  assert.ok(found.every(({ text }) => text.length <= 300 && /needle/i.test(text)));
});

test('findFiles() names each state of a file once, the newest first', async (t) => {
  const bench = await createPullBench(t);
  const fields = applyWords('source', new Map(), ['host=h', 'user=u', 'include=/x']);
  const source = bench.configuration.addSource('web', 'disk', fields);
  const older = addKeptVersion(bench, source, NOW_MS - DAY_MS);
  const newer = addKeptVersion(bench, source, NOW_MS);
  for (const { path } of [older, newer]) writeFileSync(join(path, 'a.conf'), path);
  writeFileSync(join(older.path, 'b.conf'), '');
  linkSync(join(older.path, 'b.conf'), join(newer.path, 'b.conf'));
  const found: string[] = [];
  await findFiles(
    source,
    '*.conf',
    bench.context,
    ({ version, path }) => void found.push(`${version} ${path}`),
  );
  assert.deepEqual(found, [`${newer.folder} /a.conf`, `${newer.folder} /b.conf`, `${older.folder} /a.conf`]);
});
