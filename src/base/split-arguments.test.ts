import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { splitArguments } from './split-arguments.ts';

test('splitArguments() cuts at white space that is not in quotes', () => {
  for (const [line, expected] of [
    ['', []],
    ['  ', []],
    ['--cipher-algo AES256', ['--cipher-algo', 'AES256']],
    ['\t--a\n--b ', ['--a', '--b']],
    ['--recipient "Ada Lovelace" -z 0', ['--recipient', 'Ada Lovelace', '-z', '0']],
    ['--homedir="/a b/c" x', ['--homedir=/a b/c', 'x']],
    ['--comment ""', ['--comment', '']],
    ['"say \\"hi\\""', ['say "hi"']],
    ['C:\\gpg\\home', ['C:\\gpg\\home']],
    ['"not closed', ['not closed']],
  ] as const) {
    assert.deepEqual(splitArguments(line), expected, line);
  }
});

test('splitArguments() gives back quoted arguments', () => {
  const argument = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\\'));
  fc.assert(
    fc.property(fc.array(argument), (given) => {
      const line = given.map((text) => `"${text.replaceAll('"', '\\"')}"`).join(' ');
      assert.deepEqual(splitArguments(line), given);
    }),
  );
});
