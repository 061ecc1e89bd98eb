import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ticksFromUnixNs, unixNsFromTicks } from './ticks.ts';

test('ticksFromUnixNs() counts 100 ns from year 1 and rounds down, also before 1970', () => {
  assert.equal(ticksFromUnixNs(0n), 621_355_968_000_000_000n);
  assert.equal(ticksFromUnixNs(1_704_067_200_000_000_000n), 638_396_640_000_000_000n);
  assert.equal(ticksFromUnixNs(199n), 621_355_968_000_000_001n);
  assert.equal(ticksFromUnixNs(-1n), 621_355_967_999_999_999n);
  assert.equal(ticksFromUnixNs(-100n), 621_355_967_999_999_999n);
  assert.equal(ticksFromUnixNs(-101n), 621_355_967_999_999_998n);
});

test('unixNsFromTicks() is exact to 100 ns', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }), (unixNs) => {
      const back = unixNsFromTicks(ticksFromUnixNs(unixNs));
      assert.ok(back <= unixNs && unixNs - back < 100n);
      assert.equal(ticksFromUnixNs(back), ticksFromUnixNs(unixNs));
    }),
  );
});
