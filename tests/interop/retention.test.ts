/** What Duplicati deletes, Ashlar deletes: 200 recorded runs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { resolveProgramOptions, resolveTime, selectVersions } from '../../src/options/index.ts';
import { planRetention, type RetentionPolicy } from '../../src/retention/index.ts';
import { findFixture } from '../support/fixtures.ts';

interface Case {
  /** Age in seconds, and whether the version is full; newest first. */
  readonly versions: readonly (readonly [number, boolean])[];
  readonly option: string;
  readonly deleted: readonly number[];
}

/** The day on which the runs were recorded; calendar months are counted from it. */
const NOW_MS = Date.UTC(2026, 10, 21, 12);

test('planRetention() deletes what Duplicati deletes', async (t) => {
  const path = findFixture('retention.jsonl');
  if (path === undefined) return t.skip('NO FIXTURES: retention.jsonl is missing, nothing was compared');
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  for (const [number, line] of lines.entries()) {
    const { versions, option, deleted }: Case = JSON.parse(line);
    await t.test(`${number}: ${option} on ${versions.length} versions`, () => {
      const list = versions.map(([age, isFull]) => ({ timeMs: NOW_MS - age * 1000, isFull }));
      const plan = planRetention(list, policyOf(option, list.length), NOW_MS);
      assert.deepEqual(
        plan.filter(({ action }) => action === 'delete').map(({ index }) => index),
        deleted,
      );
    });
  }
});

function policyOf(option: string, count: number): RetentionPolicy {
  const [name = '', value = ''] = option.split('=');
  const settings = resolveProgramOptions({ commandLine: new Map([[name, value]]) });
  const keepTime = settings.get('keep-time');
  const rules = settings.get('retention-policy');
  return {
    versions: selectVersions(settings.get('version') ?? [], count).versions,
    keepVersions: settings.get('keep-versions'),
    ...(keepTime === undefined ? {} : { keepSinceMs: resolveTime(keepTime, NOW_MS, 'past') }),
    ...(rules === undefined ? {} : { rules }),
  };
}
