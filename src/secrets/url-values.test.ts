import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { changeUrlValues } from './url-values.ts';

const reveal = (value: string) => (value === '$pw' ? 'a&b=c d%' : value);

test('changeUrlValues() changes values of a query and encodes them', () => {
  assert.equal(
    changeUrlValues('ftp://host/$pw?auth-username=me&auth-password=%24pw&x', reveal),
    'ftp://host/$pw?auth-username=me&auth-password=a%26b%3Dc%20d%25&x',
  );
});

test('changeUrlValues() leaves alone what is no URL with a query', () => {
  for (const text of ['/folder?x=$pw', '$pw', 'ftp://host/$pw', ''])
    assert.equal(changeUrlValues(text, reveal), text);
});

test('changeUrlValues() writes back what it does not change, however it is written', () => {
  fc.assert(
    fc.property(fc.string(), (query) => {
      assert.equal(
        changeUrlValues(`s3://b/?${query}`, (value) => value),
        `s3://b/?${query}`,
      );
    }),
  );
});
