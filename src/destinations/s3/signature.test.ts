import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { signRequest } from './signature.ts';

/** The key of the examples in Amazon's documentation of Signature Version 4. */
const KEY = {
  keyId: 'AKIAIOSFODNN7EXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
};
const NOW_MS = Date.UTC(2013, 4, 24);
const EMPTY_PAYLOAD_HASH = createHash('sha256').digest('hex');

test('signRequest() signs the GET with a range as the documentation does', () => {
  const signed = signRequest(
    {
      method: 'GET',
      url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
      headers: { range: 'bytes=0-9' },
      nowMs: NOW_MS,
      payloadHash: EMPTY_PAYLOAD_HASH,
    },
    KEY,
  );
  assert.equal(
    signed['authorization'],
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
});

test('signRequest() signs the PUT with an encoded name as the documentation does', () => {
  const signed = signRequest(
    {
      method: 'PUT',
      url: new URL('https://examplebucket.s3.amazonaws.com/test%24file.text'),
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      nowMs: NOW_MS,
      payloadHash: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    },
    KEY,
  );
  assert.match(
    signed['authorization'] ?? '',
    /Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd$/,
  );
});

test('signRequest() signs queries in their order, values or not', () => {
  for (const [query, signature] of [
    ['?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
    ['?prefix=J&max-keys=2', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
  ] as const) {
    const url = new URL(`https://examplebucket.s3.amazonaws.com/${query}`);
    const request = { method: 'GET', url, headers: {}, nowMs: NOW_MS, payloadHash: EMPTY_PAYLOAD_HASH };
    assert.match(signRequest(request, KEY)['authorization'] ?? '', new RegExp(`Signature=${signature}$`));
  }
});
