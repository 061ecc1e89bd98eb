import assert from 'node:assert/strict';
import test from 'node:test';
import { applyParametersFile, parseParametersFile } from './parameters-file.ts';
import { findRequest, parseArguments } from './parse-arguments.ts';

test('parseArguments() takes options anywhere, in any case, and the last of equals', () => {
  const parsed = parseArguments([
    '--Dry-Run',
    'BACKUP',
    'file:///d',
    '--blocksize=1mb',
    'src',
    '--blocksize="2 mb"',
  ]);
  assert.equal(parsed.command, 'backup');
  assert.deepEqual(parsed.positionals, ['file:///d', 'src']);
  assert.deepEqual(Object.fromEntries(parsed.options), { 'dry-run': null, blocksize: '2 mb' });
});

test('parseArguments() keeps includes and excludes in their order, and everything behind the first equals sign', () => {
  const { filters, options } = parseArguments([
    '--exclude=*.tmp',
    '--include=[a=b]',
    '--exclude=""',
    '--x=a=b',
    '--y=',
  ]);
  assert.deepEqual(filters, [
    { kind: 'exclude', expression: '*.tmp' },
    { kind: 'include', expression: '[a=b]' },
    { kind: 'exclude', expression: '' },
  ]);
  assert.equal(options.get('x'), 'a=b');
  assert.equal(options.get('y'), '');
});

test('findRequest() sees the words for help anywhere, and --version alone', () => {
  const request = (...argv: string[]) => findRequest(parseArguments(argv));
  assert.deepEqual(request(), { kind: 'help' });
  assert.deepEqual(request('help', 'backup'), { kind: 'help', topic: 'backup' });
  assert.deepEqual(request('backup', '-h'), { kind: 'help', topic: 'backup' });
  assert.deepEqual(request('restore', '--help'), { kind: 'help', topic: 'restore' });
  assert.deepEqual(request('--version'), { kind: 'version' });
  assert.deepEqual(request('version'), { kind: 'version' });
  assert.equal(request('restore', 'd', '--version=2'), undefined);
});

test('parseParametersFile() takes a line for an option and leaves remarks out', () => {
  const file = parseParametersFile(
    '\ufeff# mine\r\n --blocksize=1mb \r\r\n--dry-run\n--source=/a\n--source=/b\n--target=/d',
    ':',
  );
  assert.deepEqual(Object.fromEntries(file.options), { blocksize: '1mb', 'dry-run': null });
  assert.deepEqual(file.sources, ['/a', '/b']);
  assert.equal(file.target, '/d');
  assert.throws(() => parseParametersFile('x\npassword', ':'), {
    code: 'parameters-file-invalid',
    message: /line 1/,
  });
});

test('applyParametersFile() adds sources, sets the destination, and joins filters', () => {
  const apply = (argv: readonly string[], text: string) =>
    applyParametersFile(parseArguments(argv), parseParametersFile(text, ':'));
  assert.deepEqual(apply(['backup'], '--target=/d\n--source=/a').positionals, ['/d', '/a']);
  assert.deepEqual(apply(['backup', '/x', '/s'], '--target=/d\n--source=/a').positionals, ['/d', '/s', '/a']);
  assert.deepEqual(apply(['test-filters', '/s'], '--target=/d\n--source=/a').positionals, ['/s', '/a']);
  assert.deepEqual(apply(['list', '/x'], '--source=/a').positionals, ['/x']);
  const rules = (argv: readonly string[], text: string) =>
    apply(argv, text).filters.map(({ kind, expression }) => `${kind} ${expression}`);
  assert.deepEqual(rules(['backup', '--exclude=b'], '--prepend-filter=-a\n--append-filter=+c:-d'), [
    'exclude a',
    'exclude b',
    'include c',
    'exclude d',
  ]);
  assert.deepEqual(rules(['backup', '--exclude=b'], '--replace-filter=-a'), ['exclude a']);
  assert.throws(() => apply(['backup', '--exclude=b'], '--exclude=a'), { code: 'filters-twice' });
});

test('parseArguments() takes nothing behind a bare -- for an option', () => {
  const parsed = parseArguments(['versions', '--json', '--', '--web', '--', '--exclude=x']);
  assert.deepEqual(parsed.positionals, ['--web', '--', '--exclude=x']);
  assert.deepEqual([...parsed.options], [['json', null]]);
  assert.deepEqual(parsed.filters, []);
});
