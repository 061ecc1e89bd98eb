import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  listAt,
  numberAt,
  objectsAt,
  parseJsonObject,
  recordAt,
  requiredText,
  textAt,
  timeAt,
} from './json.ts';

const ANSWER = parseJsonObject(
  '{"a":{"text":"x","number":7,"large":"12345678901","time":"2026-11-21T08:00:00Z"},"list":[1,{"b":2},null]}',
);

test('textAt(), numberAt(), timeAt(), listAt() and objectsAt() read what is there, and of the right kind', () => {
  assert.equal(textAt(ANSWER, 'a', 'text'), 'x');
  assert.equal(textAt(ANSWER, 'a', 'number'), undefined);
  assert.equal(numberAt(ANSWER, 'a', 'number'), 7);
  assert.equal(numberAt(ANSWER, 'a', 'large'), 12_345_678_901);
  assert.equal(numberAt(ANSWER, 'a', 'text'), undefined);
  assert.equal(timeAt(ANSWER, 'a', 'time'), Date.UTC(2026, 10, 21, 8));
  assert.equal(timeAt(ANSWER, 'a', 'text'), undefined);
  assert.equal(listAt(ANSWER, 'list').length, 3);
  assert.deepEqual(objectsAt(ANSWER, 'list'), [{ b: 2 }]);
  assert.throws(() => requiredText(ANSWER, 'a', 'missing'), /lacks 'a.missing'/);
});

test('the readers answer any value at all', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (value, name) => {
      assert.ok(['string', 'undefined'].includes(typeof textAt(value, name, 'x')));
      assert.deepEqual(listAt(recordAt(value, name), 'x').length >= 0, true);
    }),
  );
});
