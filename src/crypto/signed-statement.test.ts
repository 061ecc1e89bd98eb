import assert from 'node:assert/strict';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import { signStatement } from './signed-statement.ts';

test('signStatement() gives three parts, of which the last is the signature of the others', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const [header = '', claims = '', signature = ''] = signStatement({ iss: 'me', exp: 5 }, pem).split('.');
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { alg: 'RS256', typ: 'JWT' });
  assert.deepEqual(JSON.parse(Buffer.from(claims, 'base64url').toString()), { iss: 'me', exp: 5 });
  const verify = createVerify('RSA-SHA256').update(`${header}.${claims}`);
  assert.equal(verify.verify(publicKey, signature, 'base64url'), true);
});
