import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processProfile, profile } from './profile.ts';

test('profile.enter() gives the step back and counts nothing while profiling is off', () => {
  assert.equal(profile.isOn, false);
  assert.equal(profile.enter('hash'), 'hash');
  assert.equal(processProfile.addThread('worker 1'), undefined);
  assert.deepEqual(processProfile.read(0), []);
});

test('processProfile.read() tells the times of nested steps apart, for every thread', () => {
  processProfile.begin();
  const worker = processProfile.addThread('worker 1');
  const before = profile.enter('read');
  assert.equal(before, 'other');
  assert.equal(
    profile.in('hash', () => profile.enter('hash')),
    'hash',
  );
  assert.equal(profile.enter(before), 'read');
  assert.deepEqual([...profile.each('walk', [1, 2])], [1, 2]);
  if (worker !== undefined) worker.waitMs = 7;
  const [main, other] = processProfile.read(0);
  assert.equal(main?.thread, 'main');
  for (const step of ['read', 'hash', 'walk'] as const) assert.ok((main?.steps[step] ?? 0) > 0, step);
  assert.equal(other?.waitMs, 7);
  assert.equal(other?.steps.read, 0);
});
