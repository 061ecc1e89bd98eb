import assert from 'node:assert/strict';
import test from 'node:test';
import { SharedValue } from './shared-value.ts';

test('SharedValue.get() fetches once for all, and again when the value has ended or was dropped', async () => {
  let fetched = 0;
  let end = 2;
  const shared = new SharedValue(
    async () => ({ number: ++fetched }),
    ({ number }) => number < end,
  );
  const [first, second] = await Promise.all([shared.get({}), shared.get({})]);
  assert.equal(first, second);
  assert.equal((await shared.get({})).number, 1);
  end = 1;
  assert.equal((await shared.get({})).number, 2);
  end = 10;
  const value = await shared.get({});
  shared.drop(first);
  assert.equal(await shared.get({}), value);
  shared.drop(value);
  assert.equal((await shared.get({})).number, 3);
});

test('SharedValue.get() keeps no failure, and an abort ends one wait only', async () => {
  const gates = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  let fetched = 0;
  const shared = new SharedValue(() => gates[fetched++]?.promise ?? Promise.reject(new Error('none')));
  const controller = new AbortController();
  const aborted = assert.rejects(shared.get({ signal: controller.signal }), /enough/);
  const failing = assert.rejects(shared.get({}), /refused/);
  controller.abort(new Error('enough'));
  await aborted;
  gates[0]?.reject(new Error('refused'));
  await failing;
  gates[1]?.resolve('fine');
  assert.equal(await shared.get({}), 'fine');
});
