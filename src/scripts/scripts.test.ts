import assert from 'node:assert/strict';
import process from 'node:process';
import test from 'node:test';
import fc from 'fast-check';
import { AbortedByUser } from '../base/index.ts';
import { runScript } from './run-script.ts';
import { judgeExitCode, parseScriptOutput, splitCommandLine } from './script-answer.ts';
import { scriptVariables } from './script-environment.ts';

const shell = (command: string, further: object = {}) =>
  runScript({
    program: '/bin/sh',
    arguments: ['-c', command],
    environment: { PATH: process.env['PATH'] },
    timeoutMs: 0,
    signal: new AbortController().signal,
    ...further,
  });

test('scriptVariables() names options and facts as scripts for Duplicati read them', () => {
  assert.deepEqual(
    scriptVariables({
      event: 'AFTER',
      operation: 'Backup',
      destination: 'file:///d',
      sources: ['/a', '/b'],
      pathListSeparator: ':',
      options: { 'dblock-size': '5mb', 'dry-run': null },
      parsedResult: 'Success',
    }),
    {
      DUPLICATI__dblock_size: '5mb',
      DUPLICATI__dry_run: 'true',
      DUPLICATI__EVENTNAME: 'AFTER',
      DUPLICATI__OPERATIONNAME: 'Backup',
      DUPLICATI__REMOTEURL: 'file:///d',
      DUPLICATI__LOCALPATH: '/a:/b',
      DUPLICATI__PARSED_RESULT: 'Success',
    },
  );
});

test('judgeExitCode() runs the operation after 0, 2 and 4', () => {
  const codes = [0, 1, 2, 3, 4, 5, 255];
  assert.deepEqual(
    codes.filter((code) => judgeExitCode(code).runs),
    [0, 2, 4],
  );
  assert.deepEqual(
    codes.map((code) => judgeExitCode(code).weight),
    ['ok', 'ok', 'warning', 'warning', 'error', 'error', 'error'],
  );
});

test('parseScriptOutput() finds options to change and lines to log', () => {
  const { changes, log } = parseScriptOutput(
    'hello\r\n--Dblock-Size="5 mb"\n--dry-run\n--eventname=x\nLOG:WARN careful\nLOG:INFO: fine\nLOG:OTHER x\n',
  );
  assert.deepEqual(
    [...changes],
    [
      ['dblock-size', '5 mb'],
      ['dry-run', null],
    ],
  );
  assert.deepEqual(log, [
    { level: 'warning', text: 'careful' },
    { level: 'information', text: 'fine' },
  ]);
});

test('splitCommandLine() keeps quoted words together', () => {
  assert.deepEqual(splitCommandLine(`/bin/x "a b" 'c "d' e\\ f "" "q\\"q"`), [
    '/bin/x',
    'a b',
    'c "d',
    'e f',
    '',
    'q"q',
  ]);
  const quoted = (word: string) => `"${word.replaceAll(/["\\]/g, '\\$&')}"`;
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 })), (words) => {
      const clean = words.map((word) => word.replaceAll(/[\n\r\u2028\u2029]/g, ' '));
      assert.deepEqual(splitCommandLine(clean.map(quoted).join('  ')), clean);
    }),
  );
});

test('runScript() gives exit code and output', async () => {
  assert.deepEqual(await shell('echo out; echo err >&2; exit 3'), {
    exitCode: 3,
    output: 'out\n',
    errorOutput: 'err\n',
  });
});

test('runScript() ends a script whose time is up, with all that it started', async () => {
  const end = await shell('sleep 60 & sleep 60', { timeoutMs: 50 });
  assert.equal(end.exitCode, undefined);
});

test('runScript() says that a program cannot be run, and obeys the signal', async () => {
  await assert.rejects(shell('', { program: '/no/such/program' }), { code: 'script-unrunnable' });
  await assert.rejects(shell('', { signal: AbortSignal.abort(new AbortedByUser()) }), { code: 'aborted' });
});
