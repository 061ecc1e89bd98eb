import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/base/index.ts';
import { openLiveStatus } from '../../src/notifications/index.ts';
import { resolveProgramOptions } from '../../src/options/index.ts';
import { startReportCatcher } from '../support/servers/report-catcher.ts';

const MINUTE_MS = 60_000;

/** Posts of a run that has got to its second file, with a minute between the first two. */
async function postsOf(
  t: Parameters<typeof startReportCatcher>[0],
  answers: number[],
  options: [string, string][],
) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { url, caught } = await startReportCatcher(t, { answers });
  const failures: unknown[] = [];
  const given: [string, string][] = [
    ['http-report-status-url', url],
    ['http-report-status-interval', '1m'],
    ...options,
  ];
  const status = openLiveStatus({
    settings: resolveProgramOptions({ commandLine: new Map(given) }),
    operation: 'Backup',
    origin: { 'backup-name': 'things' },
    clock: systemClock,
    redact: (text) => text.replaceAll('hush', '***'),
    onFailure: (error) => void failures.push(error),
  });
  assert.ok(status !== undefined);
  for (const name of ['one', 'two', 'three'])
    status.write('warning', 'x', `hush: cannot read '/home/${name}'`);
  status.write('verbose', 'x', 'not told');
  status.progress({ phase: 'backing-up', filesDone: 2, filesTotal: 9, bytesDone: 10, current: '/home/two' });
  // While the post of the beginning is on its way, there is no other.
  while (caught.length < 2) {
    t.mock.timers.tick(MINUTE_MS);
    await pause(5);
  }
  await status.end('Warning');
  return { posts: caught.map(({ body }) => JSON.parse(body)), failures };
}

test('openLiveStatus() posts the beginning, the state of things again and again, and the end', async (t) => {
  const { posts, failures } = await postsOf(t, [], [['http-report-status-max-log-lines', '2']]);
  assert.deepEqual(failures, []);
  assert.deepEqual(
    posts.map(({ State, ParsedResult, Warnings }) => [State, ParsedResult, Warnings]),
    [
      ['Started', null, 0],
      ['Running', null, 3],
      ['Completed', 'Warning', 3],
    ],
  );
  const { Progress, LogLines, Extra } = posts[1];
  assert.deepEqual(Progress, {
    Phase: 'backing-up',
    ProcessedFileCount: 2,
    ProcessedFileSize: 10,
    TotalFileCount: 9,
    TotalFileSize: null,
    CurrentFilename: null,
  });
  assert.equal(LogLines.length, 2);
  assert.match(LogLines[1], /\*\*\*: cannot read '<path>'$/);
  assert.deepEqual(Extra, { 'backup-name': 'things' });
});

test('openLiveStatus() shows paths where they are allowed, and complains once of those that cannot be told', async (t) => {
  const option: [string, string] = ['http-report-status-allow-paths-in-log-messages', 'true'];
  const { posts, failures } = await postsOf(t, [500, 500, 500], [option]);
  assert.equal(posts[2].Progress.CurrentFilename, '/home/two');
  assert.match(posts[2].LogLines[0], /'\/home\/one'/);
  assert.equal(failures.length, 1);
});
