import assert from 'node:assert/strict';
import test from 'node:test';
import { type LogEntry, silentLog } from '../../base/index.ts';
import { readSecondaryDestinations } from './secondary-destinations.ts';

function read(destination: object) {
  const [one] = readSecondaryDestinations(
    JSON.stringify({ destinations: [{ url: 'x', ...destination }] }),
    silentLog,
  ).destinations;
  assert.ok(one !== undefined);
  return one;
}

test('readSecondaryDestinations() has defaults for all but the URL', () => {
  assert.deepEqual(readSecondaryDestinations('{"destinations": [{"url": "/mnt/b"}]}', silentLog), {
    onWarnings: true,
    destinations: [
      {
        url: '/mnt/b',
        trigger: { kind: 'inline' },
        options: new Map(),
        manner: {
          copies: 'differing',
          extras: 'delete',
          comparesContents: false,
          readsBack: false,
          isDryRun: false,
        },
        retry: { retries: 3, delayMs: 1000, growth: 'exponential' },
        folder: 'create',
      },
    ],
  });
});

test('readSecondaryDestinations() reads modes, or guesses them from what is given', () => {
  assert.deepEqual(read({ mode: 'Interval', interval: '7D' }).trigger, {
    kind: 'interval',
    intervalMs: 7 * 86_400_000,
  });
  assert.deepEqual(read({ interval: '1h' }).trigger, { kind: 'interval', intervalMs: 3_600_000 });
  assert.deepEqual(read({ mode: 'counting', count: 5 }).trigger, { kind: 'counting', backups: 5 });
  assert.deepEqual(read({ count: '3' }).trigger, { kind: 'counting', backups: 3 });
});

test('readSecondaryDestinations() falls back to every backup where a mode lacks its figure, and says so', () => {
  for (const mode of ['interval', 'counting']) {
    const entries: LogEntry[] = [];
    const log = {
      write: (level: LogEntry['level'], id: string, text: string) => void entries.push({ level, id, text }),
    };
    const { destinations } = readSecondaryDestinations(
      `{"destinations": [{"url": "x", "mode": "${mode}"}]}`,
      log,
    );
    assert.deepEqual(destinations[0]?.trigger, { kind: 'inline' });
    assert.deepEqual(
      entries.map(({ level, id }) => [level, id]),
      [['warning', 'secondary-destination-inline']],
    );
  }
});

test('readSecondaryDestinations() reads options of a destination and settings written as texts', () => {
  const one = read({
    'dst-options': ['auth-password=a=b'],
    'global-options': ['--read-write-timeout=5s'],
    retention: 'true',
    force: true,
    'verify-contents': '1',
    'backend-retries': '0',
    'auto-create-folders': false,
    'backend-retry-with-exponential-backoff': 'false',
  });
  assert.deepEqual(
    one.options,
    new Map([
      ['read-write-timeout', '5s'],
      ['auth-password', 'a=b'],
    ]),
  );
  assert.deepEqual(one.manner, {
    copies: 'all',
    extras: 'rename',
    comparesContents: true,
    readsBack: false,
    isDryRun: false,
  });
  assert.deepEqual([one.retry.retries, one.retry.growth, one.folder], [0, 'constant', 'must-exist']);
});

test('readSecondaryDestinations() names what it cannot use, and shows nothing of it', () => {
  const texts = [
    '{"destinations": [{"url": "ftp://me:geheim@h", "mode": "geheim"}]}',
    '{"destinations": [{"url": "ftp://me:geheim@h", "intervall": "1h"}]}',
    '{"destinations": [{"url": ""}]}',
    '{"destinations": [{"url": "x", "dst-options": ["geheim"]}]}',
    '{"destinations": [{"url": "x", "interval": "geheim"}]}',
    '{"destinations": [{"url": "x", "count": "geheim"}]}',
    '{"destinations": {}}',
    '{"destinations": [], "sync-on-warning": true}',
    '{geheim',
    '/nowhere/config.json',
  ];
  for (const text of texts)
    assert.throws(
      () => readSecondaryDestinations(text, silentLog),
      (error: Error) =>
        Reflect.get(error, 'code') === 'secondary-destinations-invalid' && !error.message.includes('geheim'),
      text,
    );
});
