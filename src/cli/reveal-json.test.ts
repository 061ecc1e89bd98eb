import assert from 'node:assert/strict';
import test from 'node:test';
import { revealJson } from './reveal-json.ts';

const reveal = (text: string) => (text === '$pw' ? 'geheim' : text);

test('revealJson() changes texts and the values of pairs, wherever they stand', () => {
  const json = { a: '$pw', b: [{ c: ['--key=$pw', 'x$pw'] }], d: 5, e: null, $pw: true };
  assert.deepEqual(JSON.parse(revealJson(JSON.stringify(json), reveal)), {
    a: 'geheim',
    b: [{ c: ['--key=geheim', 'x$pw'] }],
    d: 5,
    e: null,
    $pw: true,
  });
});

test('revealJson() leaves alone what it cannot read', () => {
  for (const option of ['{broken', '/nowhere/config.json', ''])
    assert.equal(revealJson(option, reveal), option);
});
