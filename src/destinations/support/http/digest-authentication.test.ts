import assert from 'node:assert/strict';
import test from 'node:test';
import { answerDigest, parseDigestChallenge } from './digest-authentication.ts';

/** The example of RFC 7616, 3.9.1. */
const HEADER = (algorithm: string): string =>
  `Basic realm="x", Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", Bearer`;
const LOGIN = {
  user: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  uri: '/dir/index.html',
  useCount: 1,
  clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};

for (const [algorithm, response] of [
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const) {
  test(`answerDigest() meets the ${algorithm} challenge of RFC 7616`, () => {
    const challenge = parseDigestChallenge(HEADER(algorithm));
    assert.ok(challenge !== undefined);
    const answer = answerDigest(challenge, LOGIN);
    assert.ok(answer.includes(`response="${response}"`), answer);
    assert.match(answer, /opaque="FQhe\/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"/);
  });
}

test('parseDigestChallenge() finds none where there is none that it can meet', () => {
  for (const header of [
    '',
    'Basic realm="Digest x"',
    'Digest realm="x"',
    'Digest realm="x", nonce="y", qop="auth-int"',
  ])
    assert.equal(parseDigestChallenge(header), undefined);
});
