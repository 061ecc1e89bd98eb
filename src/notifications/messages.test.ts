import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseExtraParameters } from './extra-parameters.ts';
import { LogLines } from './log-lines.ts';
import { splitMessage } from './split-message.ts';
import { fillTemplate, namesIn } from './template.ts';

test('fillTemplate() fills names in any case once, and removes those that nobody knows', () => {
  const values = new Map([['backup-name', '100%NAME% %x%']]);
  assert.equal(fillTemplate('%Backup-Name%|%unknown%|50 % of 10 %', values), '100%NAME% %x%||50 % of 10 %');
  assert.deepEqual([...namesIn('%A% and %b-c% 5%')], ['a', 'b-c']);
});

test('parseExtraParameters() takes queries and objects, and throws notification-invalid for what only begins like one', () => {
  assert.deepEqual(
    [...parseExtraParameters('a=1&b=x%20y')],
    [
      ['a', '1'],
      ['b', 'x y'],
    ],
  );
  assert.deepEqual(
    [...parseExtraParameters(' {"a": "x", "b": 2}')],
    [
      ['a', 'x'],
      ['b', '2'],
    ],
  );
  assert.throws(() => parseExtraParameters('{a'), { code: 'notification-invalid' });
});

test('LogLines keeps the first lines that pass, and counts the others; 0 keeps all', () => {
  const keep = (maximum: number) => {
    const lines = new LogLines((level) => level === 'error', maximum);
    for (const id of ['a', 'b', 'c']) lines.add('error', id, 'text', 0);
    lines.add('warning', 'd', 'text', 0);
    return lines.list();
  };
  assert.deepEqual(keep(1), ['1970-01-01T00:00:00.000Z [error] a: text', '... and 2 more']);
  assert.equal(keep(0).length, 3);
});

test('splitMessage() makes parts that are short enough and lose nothing, nor half a character', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', '🙂'), maxLength: 400 });
  fc.assert(
    fc.property(text, fc.integer({ min: 40, max: 100 }), (whole, longest) => {
      const parts = splitMessage(whole, longest);
      assert.ok(parts.every((part) => part.length <= longest && part.isWellFormed()));
      const joined =
        parts.length === 1 ? parts[0] : parts.map((part) => part.replace(/^\(.*\)\n/, '')).join('');
      assert.equal(joined, whole);
    }),
  );
});
