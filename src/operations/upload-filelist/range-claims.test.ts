import assert from 'node:assert/strict';
import test from 'node:test';
import { RangeClaims } from './range-claims.ts';

test('RangeClaims gives each range to one of two threads, and none far ahead of what is needed', () => {
  const own = RangeClaims.create(20);
  const others = new RangeClaims(own.memory);
  assert.ok(own.take(0));
  assert.ok(!others.take(0));
  const ahead = Array.from({ length: 9 }, () => others.takeNext());
  assert.deepEqual(ahead, [1, 2, 3, 4, 5, 6, 7, undefined, undefined]);
  own.need(3);
  assert.deepEqual([others.takeNext(), own.takeNext(), others.takeOrWait()], [8, 9, 10]);
  own.need(12);
  for (let place = 12; place < 20; place++) assert.equal(own.takeOrWait(), place);
  assert.equal(own.takeOrWait(), undefined);
});

test('RangeClaims waits for a range until it is made or given back, and not for ever', () => {
  const claims = RangeClaims.create(2);
  assert.ok(claims.take(0));
  assert.equal(claims.wait(0, 1), false);
  claims.finish(0);
  assert.equal(claims.wait(0), true);
  assert.ok(!claims.take(0));
  assert.ok(claims.take(1));
  claims.giveBack(1);
  assert.equal(claims.wait(1), true);
  assert.ok(claims.take(1));
});
