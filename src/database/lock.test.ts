import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { acquireLock } from './lock.ts';

const HOLDER = { processId: process.pid, operation: 'test' };

function lockedPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'database');
}

/** Whether another process gets the lock. */
function othersGet(path: string, kind: 'exclusive' | 'shared'): boolean {
  const code = `
    import { acquireLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
    try { acquireLock(${JSON.stringify(path)}, { processId: 1, operation: 'x' }, '${kind}'); } catch { process.exitCode = 7; }
  `;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', code]);
  assert.ok(status === 0 || status === 7);
  return status === 0;
}

test('acquireLock() keeps other processes out until it is disposed of, also after this one has tried again', (t) => {
  const path = lockedPath(t);
  const lock = acquireLock(path, HOLDER);
  for (const kind of ['exclusive', 'shared'] as const)
    assert.throws(() => acquireLock(path, HOLDER, kind), { code: 'database-in-use' });
  assert.equal(othersGet(path, 'exclusive'), false);
  lock[Symbol.dispose]();
  assert.equal(othersGet(path, 'exclusive'), true);
});

test('acquireLock() shares a shared lock, and keeps exclusive ones out until the last has gone', (t) => {
  const path = lockedPath(t);
  const [one, two] = [acquireLock(path, HOLDER, 'shared'), acquireLock(path, HOLDER, 'shared')];
  assert.throws(() => acquireLock(path, HOLDER), { code: 'database-in-use' });
  assert.deepEqual([othersGet(path, 'shared'), othersGet(path, 'exclusive')], [true, false]);
  one[Symbol.dispose]();
  assert.equal(othersGet(path, 'exclusive'), false);
  two[Symbol.dispose]();
  assert.equal(othersGet(path, 'exclusive'), true);
});
