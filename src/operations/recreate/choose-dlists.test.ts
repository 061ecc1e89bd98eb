import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseVolumeName } from '../../format/index.ts';
import type { ListedVolume } from '../opened-backup/opened-backup.ts';
import { chooseDlists } from './choose-dlists.ts';
import type { Selection } from './recreate-input.ts';

const DAYS = ['20240102', '20240104', '20240101', '20240103'];

function listed(day: string): ListedVolume {
  const name = `duplicati-${day}T000000Z.dlist.zip`;
  const parsed = parseVolumeName(name) ?? assert.fail(name);
  return { name, sizeBytes: 1, modifiedAtMs: undefined, parsed };
}

const table: readonly [why: string, selection: Omit<Selection, 'extent'>, days: readonly string[]][] = [
  ['nothing asked for is everything', {}, ['20240104', '20240103', '20240102', '20240101']],
  ['numbers count from the newest', { versions: [0, 3] }, ['20240104', '20240101']],
  ['a number too high is none', { versions: [4] }, []],
  ['a time is that second or before', { timeMs: Date.UTC(2024, 0, 2) }, ['20240102', '20240101']],
  ['a time before all is none', { timeMs: 0 }, []],
  [
    'either is enough where both are given',
    { versions: [0], timeMs: Date.UTC(2024, 0, 1) },
    ['20240104', '20240101'],
  ],
];

for (const [why, selection, days] of table) {
  test(`chooseDlists(): ${why}`, () => {
    const chosen = chooseDlists(DAYS.map(listed), { ...selection, extent: 'all' });
    assert.deepEqual(
      chosen.map(({ name }) => name.slice('duplicati-'.length, 'duplicati-'.length + 8)),
      days,
    );
  });
}
