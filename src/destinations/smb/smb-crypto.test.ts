import assert from 'node:assert/strict';
import { createHmac, createSecretKey } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { md4 } from './md4.ts';
import { answerChallenge, negotiateMessage } from './ntlm.ts';
import {
  aesCmac,
  DIALECTS,
  decryptMessage,
  deriveKeys,
  encryptMessage,
  hasValidSignature,
  isEncrypted,
  signMessage,
} from './session-keys.ts';

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

// RFC 1320, appendix A.5.
for (const [text, digest] of [
  ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
  ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
  ['message digest', 'd9130a8164549fe818874806e1c7014b'],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    'e33b4ddc9c38f2199c3e7b164fcc0536',
  ],
] as const) {
  test(`md4() of '${text.slice(0, 20)}' is what its definition says`, () => {
    assert.equal(md4(Buffer.from(text)).toString('hex'), digest);
  });
}

// RFC 4493, section 4.
const CMAC_KEY = createSecretKey(bytesOf('2b7e1516 28aed2a6 abf71588 09cf4f3c'));
const CMAC_TEXT = bytesOf(
  '6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51 30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710',
);
for (const [length, result] of [
  [0, 'bb1d6929e95937287fa37d129b756746'],
  [16, '070a16b46b4d4144f79bdd9dd04a287c'],
  [40, 'dfa66747de9ae63030ca32611497c827'],
  [64, '51f0bebf7e3b9d92fc49741779363cfe'],
] as const) {
  test(`aesCmac() of ${length} bytes is what its definition says`, () => {
    assert.equal(aesCmac(CMAC_KEY, CMAC_TEXT.subarray(0, length)).toString('hex'), result);
  });
}

test('answerChallenge() proves the password as [MS-NLMP] says, with a time and with a seal', () => {
  const login = { user: 'User', password: 'Password', domain: 'Domain' };
  const time = bytesOf('0700 0800 0011223344556677');
  const target = Buffer.concat([
    bytesOf('0200 0c00'),
    Buffer.from('Domain', 'utf16le'),
    time,
    Buffer.alloc(4),
  ]);
  const challenge = buildChallenge(bytesOf('0123456789abcdef'), target);
  const negotiation = negotiateMessage();
  const { message, sessionKey } = answerChallenge(negotiation, challenge, login, 0);

  const hmac = (key: Buffer, text: Buffer): Buffer => createHmac('md5', key).update(text).digest();
  // [MS-NLMP] 4.2.4.1.1 gives this for the same user, password and domain.
  const owner = bytesOf('0c868a403bfd7a93a3001ef22ef02e3f');
  const offset = message.readUInt32LE(24);
  const response = message.subarray(offset, offset + message.readUInt16LE(20));
  const proof = hmac(owner, Buffer.concat([bytesOf('0123456789abcdef'), response.subarray(16)]));
  assert.deepEqual(response.subarray(0, 16), proof);
  assert.deepEqual(response.subarray(24, 32), time.subarray(4));
  assert.deepEqual(sessionKey, hmac(owner, proof));
  const unsealed = Buffer.from(message);
  unsealed.fill(0, 72, 88);
  assert.deepEqual(
    message.subarray(72, 88),
    hmac(sessionKey, Buffer.concat([negotiation, challenge, unsealed])),
  );
});

test('answerChallenge() refuses what is no challenge', () => {
  const login = { user: 'u', password: 'p', domain: '' };
  assert.throws(() => answerChallenge(negotiateMessage(), Buffer.alloc(60), login, 0), /no NTLM challenge/);
});

const LOGIN_HASH = Buffer.alloc(64, 5);
const SESSION_KEY = Buffer.alloc(16, 9);

test('hasValidSignature() knows what signMessage() signed, and nothing that was changed since', () => {
  const dialect = fc.constantFrom(...Object.values(DIALECTS));
  const body = fc.uint8Array({ minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(dialect, body, fc.nat(), (version, bytes, place) => {
      const keys = deriveKeys(version, SESSION_KEY, { loginHash: LOGIN_HASH, cipher: undefined });
      const message = Buffer.concat([Buffer.alloc(64), bytes]);
      signMessage(keys, message);
      assert.ok(hasValidSignature(keys, Buffer.from(message)));
      const changed = 64 + (place % bytes.length);
      message[changed] = (message[changed] ?? 0) ^ 1;
      assert.ok(!hasValidSignature(keys, message));
    }),
  );
});

test('decryptMessage() gives back what encryptMessage() hid, and refuses what was changed since', () => {
  const cipher = fc.constantFrom('aes-128-gcm', 'aes-128-ccm');
  const body = fc.uint8Array({ minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(cipher, body, fc.nat(), (name, bytes, place) => {
      const keys = deriveKeys(DIALECTS.v311, SESSION_KEY, { loginHash: LOGIN_HASH, cipher: name });
      const mirrored = { ...keys, decryptionKey: keys.encryptionKey };
      const parts = [bytes.subarray(0, 10), bytes.subarray(10)].map((part) => Buffer.from(part));
      const hidden = Buffer.concat(encryptMessage(keys, name, 7n, parts));
      assert.ok(isEncrypted(hidden));
      assert.deepEqual(decryptMessage(mirrored, name, hidden, 20), [
        Buffer.from(bytes.subarray(0, 20)),
        Buffer.from(bytes.subarray(20)),
      ]);
      const changed = 4 + (place % (hidden.length - 4));
      hidden[changed] = (hidden[changed] ?? 0) ^ 1;
      assert.throws(() => decryptMessage(mirrored, name, hidden, 20));
    }),
  );
});

test('encryptMessage() never takes a nonce twice', () => {
  const keys = deriveKeys(DIALECTS.v311, SESSION_KEY, { loginHash: LOGIN_HASH, cipher: 'aes-128-gcm' });
  const nonces = Array.from({ length: 300 }, () => {
    const [head] = encryptMessage(keys, 'aes-128-gcm', 7n, [Buffer.from('text')]);
    return head?.toString('hex', 20, 32);
  });
  assert.equal(new Set(nonces).size, nonces.length);
});

function buildChallenge(challenge: Buffer, target: Buffer): Buffer {
  const head = Buffer.alloc(48);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(2, 8);
  head.writeUInt32LE(0xa0888215, 20);
  challenge.copy(head, 24);
  head.writeUInt16LE(target.length, 40);
  head.writeUInt16LE(target.length, 42);
  head.writeUInt32LE(head.length, 44);
  return Buffer.concat([head, target]);
}
