import assert from 'node:assert/strict';
import test from 'node:test';
import { BackupError, type Log, silentLog } from '../base/index.ts';
import { type RetryContext, withRetry } from './retry.ts';
import { SharedPause } from './shared-pause.ts';

const CONTEXT: RetryContext = {
  policy: { retries: 2, delayMs: 0, growth: 'constant' },
  signal: new AbortController().signal,
  log: silentLog,
  label: 'upload of x',
};

function failure(retryable: boolean, details = {}): BackupError {
  return new BackupError('destination-throttled', 'too many', { retryable, details });
}

test('withRetry() tries as often as the policy says, and throws the last failure', async () => {
  const attempts: number[] = [];
  const failing = withRetry(CONTEXT, async (number) => {
    attempts.push(number);
    throw failure(true, { number });
  });
  await assert.rejects(failing, { details: { number: 2 } });
  assert.deepEqual(attempts, [0, 1, 2]);
});

test('withRetry() does not repeat what no repetition can mend', async () => {
  let attempts = 0;
  await assert.rejects(
    withRetry(CONTEXT, async () => {
      attempts++;
      throw failure(false);
    }),
  );
  assert.equal(attempts, 1);
});

test('withRetry() keeps all users of a storage from coming back before it said', async () => {
  let nowMs = 0;
  const pause = new SharedPause(() => nowMs);
  const seen: number[] = [];
  const told: string[] = [];
  const log: Log = { write: (_level, _id, text) => void told.push(text) };
  const controller = new AbortController();
  const failing = withRetry({ ...CONTEXT, log, pause, signal: controller.signal }, async () => {
    seen.push(nowMs);
    throw failure(true, { retryAfterMs: 60_000 });
  });
  const waiting = assert.rejects(failing, /enough/);
  await new Promise(setImmediate);
  const other = assert.rejects(pause.over(controller.signal), /enough/);
  controller.abort(new Error('enough'));
  await Promise.all([waiting, other]);
  assert.deepEqual(seen, [0]);
  assert.match(told.join(), /too many It asks to be left alone for 60 s\.$/);
  nowMs = 60_000;
  await pause.over(new AbortController().signal);
});
