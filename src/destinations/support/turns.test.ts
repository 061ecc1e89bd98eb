import assert from 'node:assert/strict';
import test from 'node:test';
import { Turns } from './turns.ts';

test('Turns.take() gives its places, and then those that are left, in the order of coming', async () => {
  const turns = new Turns(1);
  const order: string[] = [];
  await turns.take();
  const waiting = ['first', 'second'].map(async (name) => {
    await turns.take();
    order.push(name);
    turns.leave();
  });
  assert.deepEqual(order, []);
  turns.leave();
  await Promise.all(waiting);
  assert.deepEqual(order, ['first', 'second']);
  await turns.take();
});

test('Turns.take() that is given up throws the reason and takes no place', async () => {
  const turns = new Turns(1);
  await turns.take();
  const controller = new AbortController();
  const given = turns.take({ signal: controller.signal });
  const reason = new Error('enough');
  controller.abort(reason);
  await assert.rejects(given, reason);
  await assert.rejects(turns.take({ signal: controller.signal }), reason);
  turns.leave();
  await turns.take();
});
