import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { calendarOf, isoWeekKey, monthsBefore } from './calendar.ts';
import { planSizeCap, planThinning, type ThinningRule } from './plan-cleanup.ts';

const DAY_MS = 86_400_000;
const RULE: ThinningRule = {
  keepAllDays: 7,
  keepDailyDays: 16,
  keepWeeklyWeeks: 8,
  keepMonthlyMonths: 4,
  keepYearlyYears: 2,
  zone: 'UTC',
};
const at = (text: string): number => Date.parse(`${text}Z`);
const shown = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 16);

/** What remains when a cleanup runs after each of two versions a day. */
function simulate(days: number, rule: ThinningRule, begin: number): number[] {
  let versions: { startedMs: number }[] = [];
  for (let day = 0; day < days; day++) {
    for (const hour of [0, 12]) {
      const nowMs = begin + day * DAY_MS + hour * 3_600_000;
      versions.push({ startedMs: nowMs });
      versions = planThinning(versions, rule, nowMs)
        .filter(({ action }) => action === 'keep')
        .map(({ version }) => version);
    }
  }
  return versions.map(({ startedMs }) => startedMs);
}

test('planThinning() leaves the expected list of two versions a day over 500 days', () => {
  const versions = Array.from({ length: 1000 }, (_, index) => ({
    startedMs: at('2019-12-30T00:00') + index * (DAY_MS / 2),
  }));
  const nowMs = at('2021-05-12T18:00');
  const kept = planThinning(versions, RULE, nowMs).flatMap(({ action, version }) =>
    action === 'keep' ? [shown(version.startedMs)] : [],
  );
  const lastWeek = Array.from({ length: 14 }, (_, index) =>
    shown(at('2021-05-12T12:00') - index * (DAY_MS / 2)),
  );
  const days = Array.from({ length: 16 }, (_, index) => shown(at('2021-05-05T12:00') - index * DAY_MS));
  assert.deepEqual(kept, [
    ...lastWeek,
    ...days,
    // The days end on 19 April at 18:00, and before that only this Monday of its week is left.
    '2021-04-19T12:00',
    ...['2021-04-18', '2021-04-11', '2021-04-04', '2021-03-28', '2021-03-21', '2021-03-14'].map(
      (d) => `${d}T12:00`,
    ),
    ...['2021-03-07', '2021-02-28'].map((d) => `${d}T12:00`),
    ...['2021-02-22', '2021-01-31', '2020-12-31', '2020-11-30', '2020-10-31'].map((d) => `${d}T12:00`),
    // The months end on 22 October at 18:00: the same of October, then the last of the year before.
    '2020-10-22T12:00',
    '2019-12-31T12:00',
  ]);
});

test('planThinning() run after every version of 500 days keeps a version of every week, month and year in reach', () => {
  const begin = at('2024-01-01T01:00');
  const kept = simulate(500, RULE, begin);
  const newest = kept[0] ?? 0;
  const recent = kept.filter((timeMs) => timeMs >= newest - 7 * DAY_MS);
  assert.equal(recent.length, 15);
  const gaps = kept.slice(1).map((timeMs, index) => ((kept[index] ?? 0) - timeMs) / DAY_MS);
  assert.ok(Math.max(...gaps) <= 366);
  assert.equal(kept.length, new Set(kept).size);
});

test('planThinning() groups the days around New Year by ISO weeks', () => {
  const weeks = ['2020-12-31T12:00', '2021-01-03T12:00', '2021-01-04T12:00', '2018-12-31T12:00'];
  const calendar = calendarOf('UTC');
  assert.deepEqual(
    weeks.map((week) => isoWeekKey(calendar(at(week)))),
    ['2020-W53', '2020-W53', '2021-W01', '2019-W01'],
  );
});

test('planThinning() counts days in the zone of the source', () => {
  const rule = { ...RULE, keepAllDays: 0, zone: 'Pacific/Auckland' };
  const versions = ['2026-03-03T12:00', '2026-03-02T12:30', '2026-03-02T10:00'].map((time) => ({
    startedMs: at(time),
  }));
  const actions = planThinning(versions, rule, at('2026-03-03T13:00')).map(({ action }) => action);
  assert.deepEqual(actions, ['keep', 'keep', 'keep']);
  const utc = planThinning(versions, { ...rule, zone: 'UTC' }, at('2026-03-03T13:00'));
  assert.deepEqual(
    utc.map(({ action }) => action),
    ['keep', 'keep', 'delete'],
  );
});

test('planThinning() keeps the newest, decides once about each version, and keeps what it kept', () => {
  const times = fc.array(fc.integer({ min: at('2015-01-01T00:00'), max: at('2026-01-01T00:00') }), {
    maxLength: 60,
  });
  const nowMs = at('2026-01-01T00:00');
  fc.assert(
    fc.property(times, (given) => {
      const versions = given.map((startedMs) => ({ startedMs }));
      const decisions = planThinning(versions, RULE, nowMs);
      assert.equal(decisions.length, versions.length);
      if (versions.length > 0) assert.equal(decisions[0]?.action, 'keep');
      const kept = decisions.filter(({ action }) => action === 'keep').map(({ version }) => version);
      const again = planThinning(kept, RULE, nowMs).filter(({ action }) => action === 'keep');
      assert.deepEqual(
        again.map(({ version }) => version),
        kept,
      );
    }),
  );
});

test('planSizeCap() deletes the oldest first, never the newest, and stops as soon as the rest fits', () => {
  const kept = [5, 4, 3, 2, 1].map((startedMs) => ({ startedMs }));
  const shares = [1000, 10, 20, 30, 40];
  const gone = (most: number) => planSizeCap(kept, shares, most).map(({ version }) => version.startedMs);
  assert.deepEqual(gone(0), []);
  assert.deepEqual(gone(100), []);
  assert.deepEqual(gone(99), [1]);
  assert.deepEqual(gone(30), [1, 2]);
  assert.deepEqual(gone(1), [1, 2, 3, 4]);
});

test('monthsBefore() ends in the last day of a shorter month', () => {
  assert.equal(shown(monthsBefore(at('2024-03-31T10:00'), 1)), '2024-02-29T10:00');
  assert.equal(shown(monthsBefore(at('2024-01-15T10:00'), 25)), '2021-12-15T10:00');
});
