import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { planRetention, type RetainedVersion, type RetentionPolicy } from './plan-retention.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;

/** Versions by age in days; a negative age is a partial version. */
const ages = (...days: readonly number[]): readonly RetainedVersion[] =>
  days.map((day) => ({ timeMs: NOW - Math.abs(day) * DAY, isFull: day > 0 }));
const deleted = (versions: readonly RetainedVersion[], policy: RetentionPolicy): readonly number[] =>
  planRetention(versions, policy, NOW)
    .filter(({ action }) => action === 'delete')
    .map(({ index }) => index);

test('planRetention() by age keeps the newest full version and the partial ones before it', () => {
  assert.deepEqual(deleted(ages(1, 5, 9), { keepSinceMs: NOW - 6 * DAY }), [2]);
  assert.deepEqual(deleted(ages(-8, -9, 10, 11), { keepSinceMs: NOW - 6 * DAY }), [3]);
});

test('planRetention() by age has a tolerance of 1 percent, at most an hour', () => {
  const versions = ages(1, 6.02, 6.05);
  assert.deepEqual(deleted(versions, { keepSinceMs: NOW - 6 * DAY }), [2]);
  assert.deepEqual(deleted(versions, { keepSinceMs: NOW - 6 * DAY, isExact: true }), [1, 2]);
});

test('planRetention() by count counts full versions and drops the partial ones between', () => {
  assert.deepEqual(deleted(ages(-1, 2, -3, 4, -5, 6), { keepVersions: 2 }), [2, 4, 5]);
  assert.deepEqual(deleted(ages(1, -2, -3), { keepVersions: 2 }), []);
  assert.deepEqual(deleted(ages(1, 2), { keepVersions: 0 }), []);
  assert.deepEqual(deleted(ages(-1, -2, -3), { keepVersions: 1 }), []);
});

test('planRetention() by frames keeps one version per interval, counted from the oldest', () => {
  const rules = [
    { frameMs: 28 * DAY, intervalMs: 7 * DAY },
    { frameMs: 7 * DAY, intervalMs: DAY },
  ];
  assert.deepEqual(deleted(ages(0.1, 0.5, 1.2, 1.6, 8, 9, 16, 30), { rules }), [2, 4, 7]);
});

test('planRetention() keeps the newest version when nothing would be left, unless full removal is allowed', () => {
  const all = { versions: [0, 1] };
  assert.deepEqual(deleted(ages(1, 2), all), [1]);
  assert.deepEqual(deleted(ages(1, 2), { ...all, allowFullRemoval: true }), [0, 1]);
  assert.equal(planRetention(ages(1), { versions: [0] }, NOW)[0]?.reason, 'last-version');
  const rules = [{ frameMs: DAY, intervalMs: 0 }];
  assert.deepEqual(deleted(ages(2), { rules }), []);
  assert.deepEqual(deleted(ages(2), { rules, allowFullRemoval: true }), [0]);
});

test('planRetention() decides about every version once and never leaves none', () => {
  const versions = fc
    .array(fc.record({ age: fc.nat({ max: 800 }), isFull: fc.boolean() }), { minLength: 1, maxLength: 40 })
    .map((list) =>
      list.sort((a, b) => a.age - b.age).map(({ age, isFull }) => ({ timeMs: NOW - age * DAY, isFull })),
    );
  const rule = fc.record({ frameMs: fc.nat({ max: 400 }), intervalMs: fc.nat({ max: 60 }) });
  const policy = fc.oneof(
    fc.record({ keepVersions: fc.nat({ max: 20 }) }),
    fc.record({ keepSinceMs: fc.nat({ max: 800 }).map((age) => NOW - age * DAY) }),
    fc.record({
      rules: fc.array(
        rule.map(({ frameMs, intervalMs }) => ({ frameMs: frameMs * DAY, intervalMs: intervalMs * DAY })),
      ),
    }),
    fc.record({ versions: fc.array(fc.nat({ max: 50 })) }),
  );
  fc.assert(
    fc.property(versions, policy, (list, one) => {
      const plan = planRetention(list, one, NOW);
      assert.deepEqual(
        plan.map(({ index }) => index),
        list.map((_, index) => index),
      );
      assert.ok(plan.some(({ action }) => action === 'keep'));
    }),
  );
});
