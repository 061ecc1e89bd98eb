// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are pieces of source.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { collectErrors, renderErrorsPage } from '../../tools/error-catalog.ts';
import { findClosing, literalsOf, splitArguments, withoutComments } from '../../tools/source-text.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('collectErrors() finds codes, sentences and hints, and calls whose code it cannot read', async (t) => {
  const folder = await temporaryFolder(t);
  const source = [
    "throw new BackupError('disk-on-fire', `The disk '${disk.name}' burns (${a + b}).`, {",
    "  hint: wet ? 'Run away now.' : `Pour ${litres()} of water.`,",
    '});',
    "// new BackupError('only-a-comment', 'Nothing.')",
    "throw new BackupError(pick(), 'Anything.');",
  ];
  writeFileSync(join(folder, 'fire.ts'), source.join('\n'));
  const catalog = collectErrors(folder);
  assert.deepEqual([...catalog.codes.keys()], ['disk-on-fire']);
  assert.equal(catalog.unclear.length, 1);
  const page = renderErrorsPage(catalog);
  assert.match(page, /- `The disk '<name>' burns \(<\.\.\.>\)\.`\n/);
  assert.match(page, /What to do: Pour \\<litres> of water\.\n.*What to do: Run away now\./);
});

test('splitArguments() cuts only at the commas of its own level', () => {
  assert.deepEqual(splitArguments("a, f(b, c), 'd, e', `${g(1, 2)}, h`"), [
    'a',
    'f(b, c)',
    "'d, e'",
    '`${g(1, 2)}, h`',
  ]);
});

test('findClosing() passes over brackets in texts', () => {
  assert.equal(findClosing("f(')', [1])", 1), 10);
});

test('literalsOf() names the values of templates', () => {
  assert.deepEqual(literalsOf("x ? 'one' : `two ${some.value} ${errorMessage(error)}`"), [
    'one',
    'two <value> <reason>',
  ]);
});

test('withoutComments() keeps texts that look like comments', () => {
  assert.equal(withoutComments("a('//b'); // c"), "a('//b');     ");
});
