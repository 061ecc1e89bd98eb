import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseSecretPattern } from './secret-pattern.ts';

test('parseSecretPattern("$") takes names of letters, digits, _, - and /', () => {
  const pattern = parseSecretPattern('$');
  assert.equal(pattern.nameIn('$pass-word_1/x'), 'pass-word_1/x');
  for (const text of ['pass', 'a$b', '$', '$a b', '$a!', ''])
    assert.equal(pattern.nameIn(text), undefined, text);
  assert.equal(pattern.isHalf('$a!'), true);
  assert.equal(pattern.isHalf('a$b'), false);
});

test('parseSecretPattern() takes any name between brackets', () => {
  for (const [pattern, text] of [
    ['#{}', '#{any name!}'],
    ['secret()', 'secret(any name!)'],
    ['[]', '[any name!]'],
  ] as const)
    assert.equal(parseSecretPattern(pattern).nameIn(text), 'any name!');
  for (const text of ['#{}', '#{', '#a', '#{a} ', 'x#{a}'])
    assert.equal(parseSecretPattern('#{}').nameIn(text), undefined, text);
});

test('SecretPattern.nameIn() gives back every name that is put between brackets', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (name) => {
      assert.equal(parseSecretPattern('#{}').nameIn(`#{${name}}`), name);
    }),
  );
});
