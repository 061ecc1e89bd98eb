import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { LOG_LEVELS } from '../../base/index.ts';
import { createMessageGate, parseLogFilter } from '../../filters/index.ts';
import { resolveProgramOptions } from '../../options/index.ts';
import { openLogFile } from './log-file.ts';
import { consoleLevel, fileLevel } from './log-level.ts';
import { Redactor, secretValues } from './redact.ts';

const options = (...given: [string, string | null][]) =>
  resolveProgramOptions({ commandLine: new Map(given) });

test('createMessageGate() lets messages through by level, unless a rule or the list of ids decides', () => {
  const gate = createMessageGate({
    level: 'warning',
    ignoredIds: ['noise'],
    rules: parseLogFilter('-volume-*;+[retry|listing.*]'),
  });
  const passing = (id: string) => LOG_LEVELS.filter((level) => gate(level, id));
  assert.deepEqual(passing('other'), ['warning', 'error']);
  assert.deepEqual(passing('noise'), []);
  assert.deepEqual(passing('volume-missing'), []);
  assert.deepEqual(passing('Retry'), LOG_LEVELS);
  assert.deepEqual(passing('listing-x'), LOG_LEVELS);
});

test('parseLogFilter() takes a rule without sign for one that includes', () => {
  assert.deepEqual(parseLogFilter('a:-b;+c\nd-*'), [
    { kind: 'include', expression: 'a' },
    { kind: 'exclude', expression: 'b' },
    { kind: 'include', expression: 'c' },
    { kind: 'include', expression: 'd-*' },
  ]);
  assert.deepEqual(parseLogFilter('-[a:b;c]:x'), [
    { kind: 'exclude', expression: '[a:b;c]' },
    { kind: 'include', expression: 'x' },
  ]);
  assert.deepEqual(parseLogFilter(''), []);
});

test('consoleLevel() and fileLevel() follow their own option, then --log-level, and a dry run shows what it would do', () => {
  assert.equal(consoleLevel(options()), 'warning');
  assert.equal(consoleLevel(options(['dry-run', null])), 'dry-run');
  assert.equal(consoleLevel(options(['dry-run', null], ['console-log-level', 'error'])), 'error');
  assert.equal(fileLevel(options(['log-level', 'verbose'])), 'verbose');
  assert.equal(fileLevel(options(['log-level', 'verbose'], ['log-file-log-level', 'error'])), 'error');
});

test('openLogFile() appends lines to a private file, without secrets', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'logs', 'run.log');
  const write = (text: string) => {
    using file = openLogFile({
      path,
      gate: (level) => level === 'error',
      clock: { now: () => 0 },
      redact: (line) => line.replaceAll('geheim', '***'),
      onFailure: (sentence) => assert.fail(sentence),
    });
    file.write('error', 'first', text);
    file.write('warning', 'second', 'not written');
    assert.match(readFileSync(path, 'utf8'), /first/);
  };
  write('the key is geheim');
  write('two\nlines');
  assert.equal(
    readFileSync(path, 'utf8'),
    '1970-01-01T00:00:00.000Z [error] first: the key is ***\n1970-01-01T00:00:00.000Z [error] first: two\n  lines\n',
  );
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('openLogFile() tells once that the file cannot be written, and goes on', () => {
  const told: string[] = [];
  using file = openLogFile({
    path: '/dev/full',
    gate: () => true,
    clock: { now: () => 0 },
    redact: (line) => line,
    onFailure: (sentence) => told.push(sentence),
  });
  file.write('error', 'a', 'x');
  file.write('error', 'a', 'x');
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /'\/dev\/full' cannot be written/);
});

test('Redactor.redact() hides the values of secret options and passwords in URLs', () => {
  const redactor = new Redactor();
  redactor.hide(secretValues(options(['passphrase', 'correct horse'], ['auth-password', 'abc'])));
  const { redact } = redactor;
  assert.equal(redact('it is correct horse'), 'it is ***');
  assert.equal(redact('ftp://me:s3cret@host/x'), 'ftp://me:***@host/x');
  assert.equal(
    redact("There is no 'ftp://me:it's@host/x?a=s3cret' and no \"s3://b?c=s3cret\"."),
    'There is no \'ftp://me:***@host/x?a=***\' and no "s3://b?c=***".',
  );
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      assert.ok(!redact(`${before}correct horse${after}`).includes('correct horse'));
    }),
  );
});
