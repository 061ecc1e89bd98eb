import assert from 'node:assert/strict';
import test from 'node:test';
import { resolveProgramOptions } from '../../options/index.ts';
import { type Judgement, judgeRoom, readQuotaSettings } from './run.ts';

test('judgeRoom() warns when little is left beside what is used, and complains when nothing is', () => {
  const judge = (freeBytes: number): Judgement['level'] | undefined =>
    judgeRoom({ freeBytes, totalBytes: 1000 }, { subject: 'It', usedBytes: 500, warningPercent: 10 })?.level;
  assert.equal(judge(0), 'error');
  assert.equal(judge(-5), 'error');
  assert.equal(judge(49), 'warning');
  assert.equal(judge(50), undefined);
  assert.equal(judgeRoom(undefined, { subject: 'It', usedBytes: 5, warningPercent: 10 }), undefined);
});

test('readQuotaSettings() takes a size of 0 for no limit', () => {
  const read = (...given: [string, string][]) =>
    readQuotaSettings(resolveProgramOptions({ commandLine: new Map(given) }));
  assert.deepEqual(read(), { limitBytes: undefined, warningPercent: 10, destination: 'ask' });
  assert.equal(read(['quota-size', '0']).limitBytes, undefined);
  assert.equal(read(['quota-size', '2']).limitBytes, 2 * 1024 * 1024);
  assert.equal(read(['quota-disable', 'true']).destination, 'ignore');
});
