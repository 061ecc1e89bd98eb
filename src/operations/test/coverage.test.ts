import assert from 'node:assert/strict';
import test from 'node:test';
import { volumeRow } from '../../../tests/support/volume-row.ts';
import type { VolumeRow } from '../../database/index.ts';
import { summarizeCoverage } from './coverage.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 1000 * DAY_MS;

function volume(sizeBytes: number, readDaysAgo: number | undefined, damagedAtMs?: number): VolumeRow {
  return volumeRow({
    id: 1,
    sizeBytes,
    verifiedAtMs: readDaysAgo === undefined ? undefined : NOW_MS - readDaysAgo * DAY_MS,
    damagedAtMs,
  });
}

test('summarizeCoverage() says how much was read back and when', () => {
  const volumes = [volume(1, 1), volume(10, 8), volume(100, 90), volume(1000, undefined), volume(-1, 400)];
  assert.deepEqual(summarizeCoverage(volumes, NOW_MS), {
    stored: { volumes: 5, bytes: 1111 },
    read: { volumes: 4, bytes: 111 },
    recent: [
      { days: 7, volumes: 1, bytes: 1 },
      { days: 30, volumes: 2, bytes: 11 },
      { days: 365, volumes: 3, bytes: 111 },
    ],
    longestAgoMs: NOW_MS - 400 * DAY_MS,
  });
});

test('summarizeCoverage() does not count what was found damaged since then', () => {
  const { read, longestAgoMs } = summarizeCoverage([volume(1, 3, NOW_MS)], NOW_MS);
  assert.deepEqual({ read, longestAgoMs }, { read: { volumes: 0, bytes: 0 }, longestAgoMs: undefined });
});
