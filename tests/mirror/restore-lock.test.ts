import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyWords, cleanSource, restoreVersion } from '../../src/mirror/index.ts';
import { addKeptVersion } from '../support/kept-versions.ts';
import { createPullBench } from '../support/pull-bench.ts';
import { hasProgram } from '../support/servers/server-process.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-06-15T12:00:00Z');

test('a version that is being restored from outlives a cleanup, and goes with the next', {
  skip: hasProgram('rsync') ? false : 'needs rsync',
}, async (t) => {
  const bench = await createPullBench(t);
  const words = ['host=h', 'user=u', 'include=/x', 'keep-all-days=0', 'keep-daily-days=1'];
  const source = bench.configuration.addSource('web', 'disk', applyWords('source', new Map(), words));
  const [older, , newer] = [3, 2, 1].map((hours) => addKeptVersion(bench, source, NOW_MS - hours * HOUR_MS));
  assert.ok(older !== undefined && newer !== undefined);
  writeFileSync(join(older.path, 'file'), 'content');
  const context = { ...bench.context, clock: { now: () => NOW_MS } };
  const clean = async () => {
    const { decisions } = await cleanSource(source, { isDryRun: false }, context);
    return decisions.map(({ action, reason }) => `${action}: ${reason}`);
  };
  const request = { version: older.folder, paths: ['/file'], existing: 'keep', isDryRun: false } as const;
  const to = (name: string) => ({ place: 'here', folder: join(bench.folder, name) }) as const;
  // Two restores of one version do not get in each other's way; the cleanup comes while both go on.
  const restores = ['one', 'two'].map((name) =>
    restoreVersion(source, { ...request, to: to(name) }, bench.context),
  );
  const day = 'keep: last of the day 2026-06-15';
  assert.deepEqual(await clean(), ['keep: the newest', day, 'keep: it is being restored from']);
  assert.ok(bench.told.some(({ id }) => id === 'cleanup-version-in-use'));
  for (const { problems } of await Promise.all(restores)) assert.deepEqual(problems, []);
  for (const name of ['one', 'two']) assert.ok(existsSync(join(bench.folder, name, 'file')));
  assert.deepEqual(await clean(), ['keep: the newest', day, 'delete: not the last of the day 2026-06-15']);
  assert.equal(existsSync(older.path), false);
  const locks = readdirSync(join(bench.context.tools.stateFolder, 'locks'));
  assert.deepEqual(
    locks.filter((name) => name.startsWith('version-')),
    [],
  );
  await assert.rejects(restoreVersion(source, { ...request, to: to('three') }, bench.context), {
    code: 'pull-version-unknown',
  });
});
