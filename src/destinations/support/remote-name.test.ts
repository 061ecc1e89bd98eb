import assert from 'node:assert/strict';
import test from 'node:test';
import { checkListableName } from './remote-name.ts';

test('checkListableName() refuses control characters, and paths that lead elsewhere', () => {
  for (const name of ['a\nb', 'a\tb', '\u001b[31m', 'a\u007f', 'a\uffff', '../a', 'a/', ''])
    assert.throws(() => checkListableName(name), { code: 'destination-refused' });
  for (const name of ['a', 'below/a', 'søren-日本 😀', '<&>"']) checkListableName(name);
});
