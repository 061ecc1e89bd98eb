import assert from 'node:assert/strict';
import test from 'node:test';
import { dueSince, nextTime } from './due.ts';

const at = (text: string): number => Date.parse(text);
const NIGHTLY = { cron: '0 3 * * *', zone: 'UTC' };

test('dueSince() makes up for missed times once', () => {
  const now = at('2026-03-10T12:00Z');
  assert.equal(dueSince(NIGHTLY, at('2026-03-05T03:00Z'), now), at('2026-03-06T03:00Z'));
  assert.equal(dueSince(NIGHTLY, at('2026-03-10T03:00:05Z'), now), undefined);
  assert.equal(dueSince(NIGHTLY, now, at('2026-03-11T02:59Z')), undefined);
  assert.equal(dueSince(NIGHTLY, now, at('2026-03-11T03:00Z')), at('2026-03-11T03:00Z'));
});

test('nextTime() reads times in their zone, through the change of clocks', () => {
  const zurich = { cron: '30 2 * * *', zone: 'Europe/Zurich' };
  assert.equal(nextTime(zurich, at('2026-01-01T00:00Z')), at('2026-01-01T01:30Z'));
  assert.equal(nextTime(zurich, at('2026-07-01T00:00Z')), at('2026-07-01T00:30Z'));
  const days = new Set<string>();
  for (let time = nextTime(zurich, at('2026-10-23T12:00Z')) ?? 0; time < at('2026-10-28T00:00Z'); ) {
    days.add(new Date(time).toISOString().slice(0, 10));
    time = nextTime(zurich, time) ?? Number.POSITIVE_INFINITY;
  }
  assert.equal(days.size, 4);
});
