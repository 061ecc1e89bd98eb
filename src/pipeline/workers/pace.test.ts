import assert from 'node:assert/strict';
import test from 'node:test';
import { Pace } from './pace.ts';

function paceOf(tenths: number) {
  const time = { nowMs: 0, restedMs: 0 };
  const pace = new Pace(tenths, {
    now: () => time.nowMs,
    sleep: (delayMs) => {
      time.nowMs += delayMs;
      time.restedMs += delayMs;
    },
  });
  return { pace, time };
}

for (const tenths of [1, 3, 5, 9])
  test(`Pace.step() lets a thread work ${tenths} tenths of the time`, () => {
    const { pace, time } = paceOf(tenths);
    for (let piece = 0; piece < 1000; piece++) {
      time.nowMs += 7;
      pace.step();
    }
    const share = (time.nowMs - time.restedMs) / time.nowMs;
    assert.ok(Math.abs(share - tenths / 10) < 0.02, `${share}`);
  });

test('Pace.begin() does not count waiting as work', () => {
  const { pace, time } = paceOf(1);
  time.nowMs = 60_000;
  pace.begin();
  pace.step();
  assert.equal(time.restedMs, 0);
});
