import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';

/** The versions of the protocol that are spoken, as they stand in messages. */
export const DIALECTS = { v202: 0x0202, v21: 0x0210, v30: 0x0300, v302: 0x0302, v311: 0x0311 } as const;

export type Cipher = 'aes-128-ccm' | 'aes-128-gcm';

export interface SessionKeys {
  readonly sign: (message: Buffer) => Buffer;
  /** Absent before version 3. */
  readonly cipher: Cipher | undefined;
  readonly encryptionKey: KeyObject;
  readonly decryptionKey: KeyObject;
  /** A number that no other message under the same key has. */
  readonly nextMessageNumber: () => bigint;
}

/** Where the signature stands in the header of a message. */
export const SIGNATURE_AT = 48;
const SIGNATURE_BYTES = 16;
const TRANSFORM_ID = Buffer.from([0xfd, 0x53, 0x4d, 0x42]);
const TRANSFORM_HEAD = 52;
const NONCE_AT = 20;
const NONCE_BYTES: Readonly<Record<Cipher, number>> = { 'aes-128-ccm': 11, 'aes-128-gcm': 12 };

/** The running hash over the messages of the login, from which version 3.1.1 derives its keys. */
export function extendHash(hash: Buffer, message: Buffer): Buffer {
  return createHash('sha512').update(hash).update(message).digest();
}

/** The keys of a session ([MS-SMB2] 3.1.4.2 and 3.2.5.3). */
export function deriveKeys(
  dialect: number,
  sessionKey: Buffer,
  { loginHash, cipher }: { readonly loginHash: Buffer; readonly cipher: Cipher | undefined },
): SessionKeys {
  let messageNumber = 0n;
  const nextMessageNumber = (): bigint => messageNumber++;
  if (dialect < DIALECTS.v30) {
    const key = createSecretKey(sessionKey);
    return {
      sign: (message) => createHmac('sha256', key).update(message).digest().subarray(0, SIGNATURE_BYTES),
      cipher: undefined,
      encryptionKey: key,
      decryptionKey: key,
      nextMessageNumber,
    };
  }
  const isNewest = dialect >= DIALECTS.v311;
  const key = (label: string, olderLabel: string, olderContext: string): KeyObject =>
    isNewest
      ? deriveKey(sessionKey, label, loginHash)
      : deriveKey(sessionKey, olderLabel, Buffer.from(`${olderContext}\0`, 'latin1'));
  const signingKey = key('SMBSigningKey', 'SMB2AESCMAC', 'SmbSign');
  return {
    sign: (message) => aesCmac(signingKey, message),
    cipher,
    encryptionKey: key('SMBC2SCipherKey', 'SMB2AESCCM', 'ServerIn '),
    decryptionKey: key('SMBS2CCipherKey', 'SMB2AESCCM', 'ServerOut'),
    nextMessageNumber,
  };
}

/** Puts the signature into a message. */
export function signMessage(keys: SessionKeys, message: Buffer): void {
  message.fill(0, SIGNATURE_AT, SIGNATURE_AT + SIGNATURE_BYTES);
  keys.sign(message).copy(message, SIGNATURE_AT);
}

export function hasValidSignature(keys: SessionKeys, message: Buffer): boolean {
  const given = Buffer.from(message.subarray(SIGNATURE_AT, SIGNATURE_AT + SIGNATURE_BYTES));
  signMessage(keys, message);
  return timingSafeEqual(given, message.subarray(SIGNATURE_AT, SIGNATURE_AT + SIGNATURE_BYTES));
}

export function isEncrypted(message: Buffer): boolean {
  return message.subarray(0, 4).equals(TRANSFORM_ID);
}

/** A message in its encrypted form ([MS-SMB2] 2.2.41). Both are given in parts, one after another. */
export function encryptMessage(
  keys: SessionKeys,
  cipher: Cipher,
  sessionId: bigint,
  message: readonly Buffer[],
): Buffer[] {
  const plaintextLength = message.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.alloc(TRANSFORM_HEAD);
  TRANSFORM_ID.copy(head);
  head.writeBigUInt64LE(keys.nextMessageNumber(), NONCE_AT);
  const nonce = head.subarray(NONCE_AT, NONCE_AT + NONCE_BYTES[cipher]);
  head.writeUInt32LE(plaintextLength, 36);
  head.writeUInt16LE(1, 42);
  head.writeBigUInt64LE(sessionId, 44);
  const machine = openCipher(cipher, keys.encryptionKey, nonce);
  machine.setAAD(head.subarray(NONCE_AT), { plaintextLength });
  // The older mode takes everything at once.
  const parts = cipher === 'aes-128-ccm' ? [Buffer.concat(message)] : message;
  const hidden = parts.map((part) => machine.update(part));
  machine.final();
  machine.getAuthTag().copy(head, 4);
  return [head, ...hidden];
}

/**
 * An encrypted message in two parts, the first one of `headBytes`, each in memory of its own. Throws where
 * somebody changed the message.
 */
export function decryptMessage(
  keys: SessionKeys,
  cipher: Cipher,
  message: Buffer,
  headBytes: number,
): readonly [head: Buffer, rest: Buffer] {
  const nonce = message.subarray(NONCE_AT, NONCE_AT + NONCE_BYTES[cipher]);
  const machine =
    cipher === 'aes-128-gcm'
      ? createDecipheriv(cipher, keys.decryptionKey, nonce, { authTagLength: 16 })
      : createDecipheriv(cipher, keys.decryptionKey, nonce, { authTagLength: 16 });
  const hidden = message.subarray(TRANSFORM_HEAD);
  machine.setAuthTag(message.subarray(4, NONCE_AT));
  machine.setAAD(message.subarray(NONCE_AT, TRANSFORM_HEAD), { plaintextLength: hidden.length });
  // The older mode takes everything at once.
  const parts =
    cipher === 'aes-128-ccm'
      ? splitMessage(machine.update(hidden), headBytes)
      : ([
          machine.update(hidden.subarray(0, headBytes)),
          machine.update(hidden.subarray(headBytes)),
        ] as const);
  machine.final();
  return parts;
}

/** Copies of what stands before and behind a place in a message. */
export function splitMessage(message: Buffer, headBytes: number): readonly [head: Buffer, rest: Buffer] {
  return [Buffer.from(message.subarray(0, headBytes)), Buffer.from(message.subarray(headBytes))];
}

function openCipher(cipher: Cipher, key: KeyObject, nonce: Buffer) {
  // The two names have declarations of their own, which a union of them does not match.
  return cipher === 'aes-128-gcm'
    ? createCipheriv(cipher, key, nonce, { authTagLength: 16 })
    : createCipheriv(cipher, key, nonce, { authTagLength: 16 });
}

/** The counter mode of NIST SP 800-108 with HMAC-SHA256, for 128 bits. Labels count their final zero byte. */
function deriveKey(key: Buffer, label: string, context: Buffer): KeyObject {
  const input = Buffer.concat([
    Buffer.from([0, 0, 0, 1]),
    Buffer.from(`${label}\0\0`, 'latin1'),
    context,
    Buffer.from([0, 0, 0, 128]),
  ]);
  return createSecretKey(createHmac('sha256', key).update(input).digest().subarray(0, 16));
}

/** RFC 4493, by the CBC mode of the cipher, whose last block is the result. */
export function aesCmac(key: KeyObject, message: Buffer): Buffer {
  const zero = Buffer.alloc(16);
  const first = shiftLeft(createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(zero));
  const rest = message.length % 16;
  const isWhole = rest === 0 && message.length > 0;
  const start = isWhole ? message.length - 16 : message.length - rest;
  const last = Buffer.alloc(16);
  message.copy(last, 0, start);
  if (!isWhole) last[message.length - start] = 0x80;
  const subkey = isWhole ? first : shiftLeft(first);
  for (let at = 0; at < 16; at++) last[at] = (last[at] ?? 0) ^ (subkey[at] ?? 0);
  const machine = createCipheriv('aes-128-cbc', key, zero).setAutoPadding(false);
  machine.update(message.subarray(0, start));
  return machine.update(last);
}

/** Doubles in the field of 2^128. */
function shiftLeft(block: Buffer): Buffer {
  const doubled = Buffer.alloc(16);
  for (let at = 0; at < 16; at++) doubled[at] = ((block[at] ?? 0) << 1) | ((block[at + 1] ?? 0) >> 7);
  if ((block[0] ?? 0) & 0x80) doubled[15] = (doubled[15] ?? 0) ^ 0x87;
  return doubled;
}
