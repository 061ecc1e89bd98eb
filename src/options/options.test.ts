import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from './duration.ts';
import { OptionError, UnacceptedValue } from './errors.ts';
import { findNearest } from './nearest.ts';
import { programOptions } from './program-options.ts';
import { resolveProgramOptions } from './program-settings.ts';
import { indexByName } from './resolve.ts';
import { parseRetentionRules } from './retention-rules.ts';
import { formatSize, parseSize } from './size.ts';
import { parseTime, resolveTime } from './time.ts';
import { parseVersionList, selectVersions } from './version-list.ts';

const given = (...options: readonly [string, (string | null)?][]) => ({
  commandLine: new Map(options.map(([name, text = null]) => [name, text] as const)),
});

function assertOptionError(code: string, pattern: RegExp, run: () => unknown): OptionError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof OptionError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, pattern);
    return error;
  }
  assert.fail(`No ${code}`);
}

test('parseSize() takes whole numbers with units of 1024 and nothing else', () => {
  const rows = [
    ['1', 'mb', 1_048_576],
    ['', 'kb', 0],
    ['50mb', 'kb', 52_428_800],
    ['50 MiB', 'kb', 52_428_800],
    ['3b', 'tb', 3],
    ['2TB', 'b', 2_199_023_255_552],
    [' 7kb ', 'b', 7168],
  ] as const;
  for (const [text, unit, sizeBytes] of rows) assert.equal(parseSize(text, unit), sizeBytes, text);
  for (const wrong of ['1.5mb', '-1', 'mb', '5 bytes', '9999999tb', '1e3', '0x10'])
    assert.throws(() => parseSize(wrong, 'b'), UnacceptedValue, wrong);
});

test('formatSize() writes what parseSize() reads', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (sizeBytes) => parseSize(formatSize(sizeBytes), 'tb') === sizeBytes),
  );
});

test('parseDuration() sums units, counts a month as 30 days and a year as 365', () => {
  const rows = [
    ['90', 90_000],
    ['1D-1s', 86_399_000],
    ['1W3D', 864_000_000],
    ['12M', 360 * 86_400_000],
    ['1Y1M', 395 * 86_400_000],
    ['5m', 300_000],
    ['-1', -1000],
    ['0m', 0],
  ] as const;
  for (const [text, ms] of rows) assert.equal(parseDuration(text), ms, text);
  for (const wrong of ['', '1d', '1D x', '1.5h', 'h', '1:00:00'])
    assert.throws(() => parseDuration(wrong), UnacceptedValue, wrong);
});

test('formatDuration() writes what parseDuration() reads', () => {
  fc.assert(
    fc.property(fc.nat(), (seconds) => parseDuration(formatDuration(seconds * 1000)) === seconds * 1000),
  );
});

test('parseTime() takes now, offsets, dates and the form of remote names', () => {
  const nowMs = new Date(2026, 2, 31, 12, 0, 0).getTime();
  const past = (text: string) => resolveTime(parseTime(text), nowMs, 'past');
  assert.equal(past('now'), nowMs);
  assert.equal(past('90'), nowMs - 90_000);
  assert.equal(past('1M'), new Date(2026, 1, 28, 12, 0, 0).getTime(), 'February has no 31st');
  assert.equal(past('1Y'), new Date(2025, 2, 31, 12, 0, 0).getTime());
  assert.equal(resolveTime(parseTime('1D'), nowMs, 'future'), nowMs + 86_400_000);
  assert.equal(past('20261121T153000Z'), Date.UTC(2026, 10, 21, 15, 30));
  assert.equal(past('2026-11-21T15:30:00+02:00'), Date.UTC(2026, 10, 21, 13, 30));
  assert.equal(past('2026-11-21'), new Date(2026, 10, 21).getTime());
  assert.equal(past('2026-11-21 15:30'), new Date(2026, 10, 21, 15, 30).getTime());
  for (const wrong of ['', 'yesterday', '2026-02-30', '2026-13-01T00:00:00Z', '21/11/2026'])
    assert.throws(() => parseTime(wrong), UnacceptedValue, wrong);
});

test('parseVersionList() takes numbers and ranges', () => {
  assert.deepEqual(selectVersions(parseVersionList('0,2-4,3'), 4), {
    versions: [0, 2, 3],
    beyond: [{ first: 2, last: 4 }],
  });
  for (const wrong of ['', 'a', '1-', '4-2', '-1', '1,,2'])
    assert.throws(() => parseVersionList(wrong), UnacceptedValue, wrong);
});

test('parseRetentionRules() takes pairs and refuses an interval that is not shorter than its frame', () => {
  assert.deepEqual(parseRetentionRules('2D:U,U:1W,1M:0s'), [
    { frameMs: 172_800_000, intervalMs: 0 },
    { frameMs: Number.POSITIVE_INFINITY, intervalMs: 604_800_000 },
    { frameMs: 2_592_000_000, intervalMs: 0 },
  ]);
  for (const wrong of ['1W', '1D:1D', '1D:1W', '1W:1D:1h', 'x:y', '-1D:1h'])
    assert.throws(() => parseRetentionRules(wrong), UnacceptedValue, wrong);
});

test('findNearest() finds slips and leaves other words alone', () => {
  const names = ['blocksize', 'dblock-size', 'exclude', 'passphrase'];
  assert.equal(findNearest('block-size', names), 'blocksize');
  assert.equal(findNearest('passphrsae', names), 'passphrase');
  assert.equal(findNearest('elephant-count', names), undefined);
});

test('programOptions have unique names, and every default is a value of its type', () => {
  indexByName(programOptions);
  const settings = resolveProgramOptions({});
  assert.equal(settings.get('blocksize'), 1_048_576);
  assert.equal(settings.get('dry-run'), false);
  assert.equal(settings.get('zip-compression-method'), undefined);
  assert.deepEqual(settings.get('ignore-filenames'), ['CACHEDIR.TAG']);
  assert.equal(settings.originOf('blocksize'), 'default');
});

test('resolveOptions() lets the URL win over the file, the file over the command line, that over the environment and the store', () => {
  const settings = resolveProgramOptions({
    stored: new Map([
      ['blocksize', '100kb'],
      ['prefix', 'old'],
    ]),
    environment: {
      PASSPHRASE: 'e1',
      ASHLAR_RETRY_DELAY: '5',
      DUPLICATI__RETRY_DELAY: '6',
      DUPLICATI__PREFIX: 'env',
    },
    commandLine: new Map([
      ['remote-volume-size', '10mb'],
      ['retry-delay', '7'],
      ['list-timeout', '1m'],
    ]),
    parametersFile: new Map([['retry-delay', '8']]),
    destinationQuery: new Map([
      ['list-timeout', '2m'],
      ['blocksize', '1kb'],
      ['bucket-class', 'x'],
    ]),
  });
  assert.equal(settings.get('blocksize'), 102_400);
  assert.equal(settings.originOf('blocksize'), 'stored');
  assert.equal(settings.get('dblock-size'), 10_485_760);
  assert.equal(settings.get('retry-delay'), 8000);
  assert.equal(settings.originOf('retry-delay'), 'parameters-file');
  assert.equal(settings.get('list-timeout'), 120_000);
  assert.equal(settings.get('prefix'), 'env');
  assert.equal(settings.get('passphrase'), 'e1');
  assert.deepEqual(settings.texts['remote-volume-size'], undefined);
  assert.equal(settings.texts['dblock-size'], '10mb');
});

test('resolveOptions() reads flags, choices and lists in any case', () => {
  const settings = resolveProgramOptions(
    given(
      ['dry-run'],
      ['overwrite', 'No'],
      ['symlink-policy', 'follow'],
      ['exclude-files-attributes', 'hidden, System'],
      ['ignore-filenames', 'a:b c'],
      ['full-remote-verification'],
      ['control-files'],
    ),
  );
  assert.equal(settings.get('dry-run'), true);
  assert.equal(settings.get('overwrite'), false);
  assert.equal(settings.get('symlink-policy'), 'Follow');
  assert.deepEqual(settings.get('exclude-files-attributes'), ['Hidden', 'System']);
  assert.deepEqual(settings.get('ignore-filenames'), ['a', 'b c']);
  assert.equal(settings.get('full-remote-verification'), 'True');
  assert.deepEqual(settings.get('control-files'), []);
});

test('resolveOptions() names option, value and what is accepted', () => {
  assertOptionError('option-invalid', /'1\.5mb' for option --blocksize.*whole number/, () =>
    resolveProgramOptions(given(['blocksize', '1.5mb'])),
  );
  assertOptionError('option-invalid', /'512b'.*--blocksize.*at least 1024/, () =>
    resolveProgramOptions(given(['blocksize', '512b'])),
  );
  assertOptionError('option-invalid', /--symlink-policy.*one of Store, Follow, Ignore/, () =>
    resolveProgramOptions(given(['symlink-policy', 'hide'])),
  );
  assertOptionError('option-invalid', /--tempdir as given/, () => resolveProgramOptions(given(['tempdir'])));
  const secret = assertOptionError('option-invalid', /--passphrase as given/, () =>
    resolveProgramOptions(given(['passphrase'])),
  );
  assert.equal(JSON.stringify(secret).includes('value"'), false);
});

test('resolveOptions() refuses unknown options and names the nearest', () => {
  const error = assertOptionError('option-unknown', /--dblocksize/, () =>
    resolveProgramOptions(given(['dblocksize', '5mb'])),
  );
  assert.match(error.hint ?? '', /--dblock-size/);
});

test('resolveOptions() refuses what cannot be obeyed, unless it asks for nothing', () => {
  assertOptionError('option-unavailable', /--usn-policy/, () =>
    resolveProgramOptions(given(['usn-policy', 'on'])),
  );
  assert.equal(resolveProgramOptions(given(['usn-policy', 'off'])).get('usn-policy'), 'Off');
  assert.equal(resolveProgramOptions(given(['auto-vacuum', 'false'])).warnings.length, 0);
  const { warnings } = resolveProgramOptions(given(['verbose'], ['log-level', 'error']));
  assert.deepEqual(
    warnings.map((warning) => warning.id),
    ['option-without-effect', 'option-deprecated'],
  );
});

test('checkCombination() refuses options that contradict one another', () => {
  assertOptionError('option-conflict', /--keep-time and --keep-versions/, () =>
    resolveProgramOptions(given(['keep-versions', '3'], ['keep-time', '1M'])),
  );
  assert.ok(resolveProgramOptions(given(['keep-versions', '0'], ['keep-time', '1M'])));
  assertOptionError('option-invalid', /'a-b'.*--prefix/, () =>
    resolveProgramOptions(given(['prefix', 'a-b'])),
  );
  assertOptionError('option-conflict', /two blocks/, () =>
    resolveProgramOptions(given(['blocksize', '10mb'], ['dblock-size', '15mb'])),
  );
});
