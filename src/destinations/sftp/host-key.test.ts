import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { checkHostKey, type HostTrust, knownKeyTypes } from './check-host-key.ts';
import {
  hasFingerprint,
  md5Fingerprint,
  orderKeyAlgorithms,
  readHostKey,
  sha256Fingerprint,
} from './host-key.ts';
import { findKnownHost } from './known-hosts.ts';

/** Made by ssh-keygen, which also said the fingerprints, and hashed the names. */
const KEY_TEXT =
  'AAAAB3NzaC1yc2EAAAADAQABAAABAQC1Ptb1vVjrXsZk05cuANnSugnxUgXGxtkSlJQh1TWLmBc8HD0PEazJzc7G2bxmWAUW74RKFqWNklrvqxuTLBJnHm6aMtb1LTapJmM49N6CbLNXJWpSsBUsl8JMxkJ3VgLuausLra16cEnl/UxzSI2cldD9/Tv4pqWmYL8Oi/0xxHZ3XGMqJHeVBepiQOu16l0hsc3cO23JYwl0OFwgrwkg7/wrzfhlXv8v/IaWH/4bhgKGdP94kZMAv9LL9ri/NcaS4pbkFh+FBbIopwV13n6ep+5z73pImMgq6C1fqAHOjLCfn4/7TGCFi/25yR8n/knd1hD2cKPDNqxy8xXNwyQR';
const SHA256 = 'SHA256:hicA9urGt58SMz0bK/qN0ALFkPdDtxjutZc8n8UVIFU';
const MD5 = 'a0:52:5f:cf:c7:ad:7b:e7:dc:d6:9a:75:b8:23:d5:f5';
const HASHED_NAME = '|1|CthyLXJlZp1/26zluGFd81HWGow=|SlyLJzu1AUhDL4zW6Jnnf3tCTao=';
const HASHED_NAME_AND_PORT = '|1|Dl8pojYlFg8VkvGZKR60QC6FZI4=|DXda+66djzRv8yJIWJUfGh7OSKg=';
const KEY = readHostKey(Buffer.from(KEY_TEXT, 'base64'));
const LINE = `ssh-rsa ${KEY_TEXT}`;

test('sha256Fingerprint() and md5Fingerprint() are those of OpenSSH and Duplicati', () => {
  assert.equal(sha256Fingerprint(KEY), SHA256);
  assert.equal(md5Fingerprint(KEY), `ssh-rsa 2048 ${MD5}`);
});

test('hasFingerprint() reads both forms, alone or among others', () => {
  const spaced = SHA256.replaceAll('+', ' ');
  for (const given of [
    SHA256,
    `2048 ${SHA256} me (RSA)`,
    spaced,
    MD5,
    `ssh-rsa 2048 ${MD5.toUpperCase()}`,
    `MD5:${MD5}`,
    `x,${MD5}`,
  ])
    assert.ok(hasFingerprint(KEY, given), given);
});

test('hasFingerprint() is never true for text that holds no fingerprint of the key', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.ok(!hasFingerprint(KEY, text))));
  assert.ok(!hasFingerprint(KEY, SHA256.slice(0, -1)));
  assert.ok(!hasFingerprint(KEY, MD5.slice(3)));
});

test('orderKeyAlgorithms() asks for known types first, and forgets none', () => {
  assert.equal(orderKeyAlgorithms(['ssh-rsa'])[0], 'rsa-sha2-512');
  assert.equal(orderKeyAlgorithms([])[0], 'ssh-ed25519');
  assert.deepEqual(orderKeyAlgorithms(['ssh-rsa']).sort(), orderKeyAlgorithms([]).sort());
});

test('findKnownHost() finds names, ports, patterns and hashes', () => {
  for (const [hosts, host, port] of [
    ['host.example', 'HOST.example', 22],
    ['other,host.example', 'host.example', 22],
    ['[host.example]:2222', 'host.example', 2222],
    ['*.example', 'host.example', 22],
    ['ho?t.example', 'host.example', 22],
    [HASHED_NAME, 'host.example', 22],
    [HASHED_NAME_AND_PORT, 'host.example', 2222],
  ] as const)
    assert.equal(findKnownHost(`# note\n\n${hosts} ${LINE} comment`, host, port).keys.length, 1, hosts);
});

test('findKnownHost() passes over other hosts, ports, exclusions and certificates', () => {
  for (const hosts of [
    'other',
    '[host.example]:2222',
    '*.example,!host.example',
    '@cert-authority host.example',
    'hostxexample',
  ])
    assert.deepEqual(findKnownHost(`${hosts} ${LINE}`, 'host.example', 22).keys, [], hosts);
});

test('findKnownHost() reads any text', () => {
  fc.assert(fc.property(fc.string(), (text) => void findKnownHost(text, 'host', 22)));
});

const TRUST: HostTrust = {
  host: 'host.example',
  port: 22,
  acceptsAny: false,
  fingerprint: undefined,
  knownHostsText: `host.example ${LINE}`,
};

test('checkHostKey() accepts a known key and refuses unknown, changed and revoked ones', () => {
  checkHostKey(TRUST, KEY);
  checkHostKey({ ...TRUST, knownHostsText: '', acceptsAny: true }, KEY);
  const other = readHostKey(Buffer.concat([KEY.blob, Buffer.from('x')]));
  const refused = { code: 'destination-refused' };
  assert.throws(() => checkHostKey({ ...TRUST, knownHostsText: '' }, KEY), {
    ...refused,
    message: /not known/,
  });
  assert.throws(() => checkHostKey(TRUST, other), { ...refused, message: /another key/ });
  const revoked = { ...TRUST, knownHostsText: `${TRUST.knownHostsText}\n@revoked * ${LINE}` };
  assert.throws(() => checkHostKey(revoked, KEY), { ...refused, message: /revoked/ });
  assert.throws(() => checkHostKey({ ...TRUST, fingerprint: 'SHA256:x' }, KEY), {
    ...refused,
    message: /another/,
  });
});

test('knownKeyTypes() asks for the key that can be recognised', () => {
  assert.deepEqual(knownKeyTypes(TRUST), ['ssh-rsa']);
  assert.deepEqual(knownKeyTypes({ ...TRUST, fingerprint: `ecdsa-sha2-nistp256 256 ${MD5}` }), [
    'ecdsa-sha2-nistp256',
  ]);
});
