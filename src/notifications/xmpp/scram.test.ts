import assert from 'node:assert/strict';
import test from 'node:test';
import { beginScram } from './scram.ts';

const LOGIN = { user: 'user', password: 'pencil' };

/** The examples of RFC 5802, 5, and RFC 7677, 3. */
const EXAMPLES = [
  {
    hash: 'sha1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    challenge: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    answer: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    end: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    hash: 'sha256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    challenge: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    answer:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    end: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
] as const;

for (const { hash, nonce, challenge, answer, end } of EXAMPLES)
  test(`beginScram() answers the example for ${hash}`, () => {
    const scram = beginScram({ ...LOGIN, hash }, nonce);
    assert.equal(scram.first, `n,,n=user,r=${nonce}`);
    assert.equal(scram.answer(challenge), answer);
    scram.verify(end);
    assert.throws(() => scram.verify('v=AAAA'), { code: 'notification-refused' });
  });

test('beginScram() answers no challenge that would help to guess the password', () => {
  const scram = beginScram({ ...LOGIN, hash: 'sha256' }, 'abc');
  for (const challenge of [
    '',
    'r=abc,s=AAAA,i=4096',
    'r=xyz123,s=AAAA,i=4096',
    'r=abc1,s=AAAA,i=1',
    'r=abc1,i=4096',
  ])
    assert.throws(() => scram.answer(challenge), { code: 'notification-refused' });
  assert.throws(() => scram.verify('v=AAAA'), { code: 'notification-refused' });
});
