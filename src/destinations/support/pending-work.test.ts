import assert from 'node:assert/strict';
import test from 'node:test';
import { collect } from '../../../tests/support/collect.ts';
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

async function* numbers(end: number, onEnd: () => void = () => {}): AsyncGenerator<number> {
  try {
    for (let number = 0; number < end; number++) yield number;
  } finally {
    onEnd();
  }
}

test('PendingWork.stream() gives what the source gives, and ends it when the reader leaves early', async () => {
  const work = new PendingWork();
  const { signal } = new AbortController();
  assert.deepEqual(await collect(work.stream(numbers(5), { signal })), [0, 1, 2, 3, 4]);
  let hasEnded = false;
  const source = numbers(5, () => {
    hasEnded = true;
  });
  for await (const number of work.stream(source, { signal })) if (number === 2) break;
  await work.settled();
  assert.ok(hasEnded);
});

test('PendingWork.stream() throws the reason of an abort at once, while settled() waits for what hangs', async () => {
  const work = new PendingWork();
  const abort = new AbortController();
  const hanging = Promise.withResolvers<void>();
  async function* source(): AsyncGenerator<number> {
    yield 1;
    await hanging.promise;
  }
  const stream = work.stream(source(), { signal: abort.signal });
  assert.deepEqual(await stream.next(), { done: false, value: 1 });
  const next = stream.next();
  abort.abort(new Error('stopped'));
  await assert.rejects(next, { message: 'stopped' });
  let isSettled = false;
  const settled = work.settled().then(() => {
    isSettled = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isSettled, false);
  hanging.resolve();
  await settled;
});

test('PendingWork.stream() throws what the source throws, and nothing runs after an abort that came before', async () => {
  const work = new PendingWork();
  const failure = new Error('cut');
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    throw failure;
  }
  await assert.rejects(collect(work.stream(broken())), failure);
  await assert.rejects(collect(work.stream(numbers(1), { signal: AbortSignal.abort(failure) })), failure);
});
