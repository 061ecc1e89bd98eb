import assert from 'node:assert/strict';
import test from 'node:test';
import { RateLimit, type RateLimitTime } from './rate-limit.ts';

/** Time that passes only while somebody pauses. */
function fakeTime(): RateLimitTime & { nowMs: number; pauses: number } {
  const time = {
    nowMs: 0,
    pauses: 0,
    now: () => time.nowMs,
    pause: async (delayMs: number) => {
      await Promise.resolve();
      time.nowMs += delayMs;
      time.pauses += 1;
    },
  };
  return time;
}

test('RateLimit.take() lets bytes through at the rate', async () => {
  const time = fakeTime();
  const limit = new RateLimit(1000, time);
  for (let count = 0; count < 20; count++) await limit.take(500);
  assert.ok(Math.abs(time.nowMs - 10_000) < 1, `${time.nowMs} ms`);
});

test('RateLimit.take() does not wait without a limit', async () => {
  const time = fakeTime();
  const limit = new RateLimit(0, time);
  await limit.take(1e12);
  assert.equal(time.pauses, 0);
  limit.change(1000);
  await limit.take(500);
  assert.ok(Math.abs(time.nowMs - 500) < 1, `${time.nowMs} ms`);
});

test('RateLimit.take() after an idle time has saved a quarter of a second at most', async () => {
  const time = fakeTime();
  const limit = new RateLimit(1000, time);
  time.nowMs = 60_000;
  await limit.take(1250);
  assert.ok(Math.abs(time.nowMs - 61_000) < 1, `${time.nowMs} ms`);
});

test('RateLimit.change() helps those who wait already', async () => {
  const time = fakeTime();
  const limit = new RateLimit(1, time);
  const waiting = limit.take(1_000_000);
  limit.change(0);
  await waiting;
  assert.ok(time.nowMs <= 250);
});

test('RateLimit.take() serves in the order of asking', async () => {
  const limit = new RateLimit(1000, fakeTime());
  const order: number[] = [];
  await Promise.all([1, 2, 3].map((number) => limit.take(1000).then(() => order.push(number))));
  assert.deepEqual(order, [1, 2, 3]);
});

test('RateLimit.take() throws the reason of an abort', async () => {
  const controller = new AbortController();
  const waiting = new RateLimit(1).take(1_000_000, { signal: controller.signal });
  const reason = new Error('enough');
  controller.abort(reason);
  await assert.rejects(waiting, reason);
});
