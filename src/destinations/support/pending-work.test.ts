import assert from 'node:assert/strict';
import test from 'node:test';
import { PendingWork } from './pending-work.ts';

test('PendingWork.run() gives the result or the failure of the work', async () => {
  const work = new PendingWork();
  const { signal } = new AbortController();
  assert.equal(await work.run(Promise.resolve(1), { signal }), 1);
  await assert.rejects(work.run(Promise.reject(new Error('broken')), { signal }), /broken/);
  await assert.rejects(work.run(Promise.reject(new Error('broken'))), /broken/);
});

test('PendingWork.run() ends at once on an abort, and settled() waits for the rest', async () => {
  const work = new PendingWork();
  const controller = new AbortController();
  const gate = Promise.withResolvers<void>();
  let isSettled = false;
  const waiting = work.run(gate.promise, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  const settled = work.settled().then(() => {
    isSettled = true;
  });
  await Promise.resolve();
  assert.equal(isSettled, false);
  gate.reject(new Error('too late for anybody'));
  await settled;
  assert.equal(isSettled, true);
});
