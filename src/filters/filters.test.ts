import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FILE_ATTRIBUTES } from '../base/index.ts';
import { compileFilter, type FilterContext } from './compile.ts';
import { createEmptyFolderFilter } from './empty-folders.ts';
import { type CandidateEntry, createEntryDecider } from './entry-decision.ts';
import { FilterError } from './errors.ts';
import { describeGroups } from './groups.ts';
import { type FilterRule, parseFilterList } from './rule.ts';

const linux: FilterContext = { places: { platform: 'linux' }, isCaseSensitive: true };
const rules = (text: string): readonly FilterRule[] => parseFilterList(text, ':');
const compile = (text: string, context = linux) => compileFilter(rules(text), context);
const file = (path: string, more: Partial<CandidateEntry> = {}): CandidateEntry => ({
  path,
  kind: path.endsWith('/') ? 'folder' : 'file',
  isRoot: false,
  sizeBytes: 1,
  attributes: FILE_ATTRIBUTES.Normal,
  ...more,
});

test('compileFilter() lets the first matching rule decide', () => {
  const filter = compile('-/a/secret:+/a/*:-*');
  assert.equal(filter.decide('/a/secret').isIncluded, false);
  assert.deepEqual(filter.decide('/a/b'), {
    isIncluded: true,
    rule: { kind: 'include', expression: '/a/*' },
  });
  assert.equal(filter.decide('/b').isIncluded, false);
});

test('compileFilter() without a match excludes when all rules include, else includes', () => {
  assert.deepEqual(compile('+*.txt').decide('/a'), { isIncluded: false });
  assert.deepEqual(compile('-*.txt').decide('/a'), { isIncluded: true });
  assert.deepEqual(compile('').decide('/a'), { isIncluded: true });
  assert.equal(compile('+').isEmpty, true);
});

test('compileFilter() ignores case where the file system does', () => {
  const anyCase = { ...linux, isCaseSensitive: false };
  for (const text of ['-/A/b', '-*B', '-@/A/B', '-[/A/[B]]'])
    assert.equal(compile(text, anyCase).decide('/a/b').isIncluded, false, text);
});

test('compileFilter() replaces %NAME%, leaves unknown names and $NAME alone', () => {
  const context = { ...linux, variables: { HOME: '/root' } };
  assert.equal(compile('-%HOME%/*', context).decide('/root/x').isIncluded, false);
  assert.equal(compile('-%NOPE%/*', context).decide('%NOPE%/x').isIncluded, false);
  assert.equal(compile('-$HOME/*', context).decide('/root/x').isIncluded, true);
});

test('compileFilter() takes brackets as a regular expression whose first match has to be the whole path', () => {
  assert.equal(compile('-[a|ab]').decide('ab').isIncluded, true);
  assert.equal(compile('-[ab|a]').decide('ab').isIncluded, false);
  assert.throws(() => compile('-[(unclosed]'), FilterError);
});

test('compileFilter() knows the groups and refuses others', () => {
  const places = { platform: 'linux', temporaryFolder: '/scratch', cacheHome: '/home/u/.c' } as const;
  const filter = compile('-{TEMP;caches}', { ...linux, places });
  for (const path of ['/scratch/', '/home/u/.c/', '/x/lost+found/', '/x/a~', '/x/.cache/'])
    assert.equal(filter.decide(path).isIncluded, false, path);
  assert.equal(compile('-{DefaultIncludes}').isEmpty, true);
  assert.ok(describeGroups(places).SystemFiles.includes('/proc/'));
  assert.throws(() => compile('-{NoSuchGroup}'), { code: 'filter-group-unknown' });
});

test('parseFilterList() reads rules behind their signs', () => {
  const expression = fc.string({ unit: fc.constantFrom('a', '*', '/', '.', '{', ' '), minLength: 1 });
  const rule = fc.record(
    { kind: fc.constantFrom('include' as const, 'exclude' as const), expression },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(rule), (list) => {
      const text = list.map((one) => `${one.kind === 'include' ? '+' : '-'}${one.expression}`).join(':');
      assert.deepEqual(parseFilterList(text, ':'), list);
    }),
  );
  assert.deepEqual(rules('-[(?:a|b)]:+c'), [
    { kind: 'exclude', expression: '[(?:a|b)]' },
    { kind: 'include', expression: 'c' },
  ]);
  assert.throws(() => rules('a'), FilterError);
});

test('createEntryDecider() asks in the order of Duplicati and says why', () => {
  const decide = createEntryDecider({
    filter: compile('-*.no:+*'),
    excludedAttributes: ['Hidden'],
    ignoreFilenames: ['CACHEDIR.TAG'],
    largestFileBytes: 100,
    symlinkPolicy: 'Ignore',
    hardlinkPolicy: 'First',
    forbiddenPaths: new Set(['/db']),
  });
  const reasons = [
    [file('/db'), 'forbidden'],
    [file('/dev', { kind: 'block-device' }), 'device'],
    [file('/one', { hardLinkId: '1' }), undefined],
    [file('/two', { hardLinkId: '1' }), 'hard-link'],
    [file('/cache/', { holdsFile: (name) => name === 'CACHEDIR.TAG' }), 'ignore-file'],
    [file('/.h.no', { attributes: FILE_ATTRIBUTES.Hidden }), 'attribute'],
    [file('/a.no', { asksForExclusion: () => assert.fail('asked too early') }), 'filter'],
    [file('/x', { asksForExclusion: () => true }), 'extended-attribute'],
    [file('/l', { kind: 'symlink' }), 'link'],
    [file('/big', { sizeBytes: 101 }), 'size'],
    [file('/fifo', { kind: 'fifo' }), undefined],
  ] as const;
  for (const [entry, reason] of reasons) assert.equal(decide(entry).reason, reason, entry.path);
});

test('createEntryDecider() never leaves a source out by a rule', () => {
  const decide = createEntryDecider({ filter: compile('-*'), excludedAttributes: ['Hidden'] });
  assert.deepEqual(decide(file('/.s/', { isRoot: true, attributes: FILE_ATTRIBUTES.Hidden })), {
    action: 'include',
  });
});

test('createEntryDecider() enters folders that a filter of includes only does not name', () => {
  const decide = createEntryDecider({ filter: compile('+*.txt') });
  assert.deepEqual(decide(file('/a/')), { action: 'traverse', reason: 'filter' });
  assert.equal(decide(file('/a/b')).action, 'exclude');
  assert.equal(decide(file('/a/b.txt')).action, 'include');
});

test('createEmptyFolderFilter() keeps folders with a file somewhere below, in the order of the walk', () => {
  const entries = ['/', '/a/', '/a/b/', '/a/c/', '/a/c/f', '/a/d/', '/e/', '/f'];
  const folders = createEmptyFolderFilter<{ path: string; isRoot: boolean }>();
  const kept = entries.flatMap((path) => folders.push({ path, isRoot: path === '/' }));
  assert.deepEqual(
    kept.map((entry) => entry.path),
    ['/', '/a/', '/a/c/', '/a/c/f', '/f'],
  );
});
