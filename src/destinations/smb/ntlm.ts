import { createHmac, randomBytes } from 'node:crypto';
import { md4 } from './md4.ts';

export interface NtlmLogin {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
}

export interface NtlmAnswer {
  readonly message: Buffer;
  /** From which both sides derive the keys of the session. */
  readonly sessionKey: Buffer;
}

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
/** Unicode, target wanted, signing, NTLM, extended session security, target information, 128 and 56 bits. */
const FLAGS = 0xa0888215;
const TARGET_TIME = 7;
const TARGET_FLAGS = 6;
const HAS_MIC = 2;
const ANSWER_HEAD = 88;
const MIC_AT = 72;

/** The first message of an NTLM login ([MS-NLMP] 2.2.1.1). */
export function negotiateMessage(): Buffer {
  const message = Buffer.alloc(40);
  SIGNATURE.copy(message);
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE(FLAGS, 12);
  return message;
}

/**
 * The answer to the server's challenge by NTLMv2 ([MS-NLMP] 3.3.2); older kinds of answers are never given.
 * Throws an `Error` for what is no challenge.
 */
export function answerChallenge(
  negotiation: Buffer,
  challenge: Buffer,
  login: NtlmLogin,
  nowMs: number,
): NtlmAnswer {
  if (challenge.length < 48 || !challenge.subarray(0, 8).equals(SIGNATURE) || challenge.readUInt32LE(8) !== 2)
    throw new Error('the server sent no NTLM challenge');
  const given = readField(challenge, 40);
  const serverTime = findTarget(given, TARGET_TIME);
  const target = serverTime === undefined ? given : withMicFlag(given);
  const blob = Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    serverTime ?? toFileTime(nowMs),
    randomBytes(8),
    Buffer.alloc(4),
    target,
    Buffer.alloc(4),
  ]);
  const owner = hmac(md4(utf16(login.password)), utf16(login.user.toUpperCase() + login.domain));
  const proof = hmac(owner, Buffer.concat([challenge.subarray(24, 32), blob]));
  const sessionKey = hmac(owner, proof);
  const flags = challenge.readUInt32LE(20) & FLAGS;
  const message = buildAnswer(login, Buffer.concat([proof, blob]), flags);
  if (serverTime !== undefined)
    hmac(sessionKey, Buffer.concat([negotiation, challenge, message])).copy(message, MIC_AT);
  return { message, sessionKey };
}

function buildAnswer({ user, domain }: NtlmLogin, response: Buffer, flags: number): Buffer {
  const head = Buffer.alloc(ANSWER_HEAD);
  SIGNATURE.copy(head);
  head.writeUInt32LE(3, 8);
  head.writeUInt32LE(flags >>> 0, 60);
  const parts = [
    { at: 12, bytes: Buffer.alloc(24) },
    { at: 20, bytes: response },
    { at: 28, bytes: utf16(domain) },
    { at: 36, bytes: utf16(user) },
    { at: 44, bytes: utf16('ASHLAR') },
    { at: 52, bytes: Buffer.alloc(0) },
  ];
  let offset = ANSWER_HEAD;
  for (const { at, bytes } of parts) {
    head.writeUInt16LE(bytes.length, at);
    head.writeUInt16LE(bytes.length, at + 2);
    head.writeUInt32LE(offset, at + 4);
    offset += bytes.length;
  }
  return Buffer.concat([head, ...parts.map(({ bytes }) => bytes)]);
}

/** The server's description of itself with the note that the answer is sealed. The list ends in four zero bytes. */
function withMicFlag(target: Buffer): Buffer {
  const flag = Buffer.alloc(8);
  flag.writeUInt16LE(TARGET_FLAGS, 0);
  flag.writeUInt16LE(4, 2);
  flag.writeUInt32LE(HAS_MIC, 4);
  const end = target.subarray(-4).equals(Buffer.alloc(4)) ? target.length - 4 : target.length;
  return Buffer.concat([target.subarray(0, end), flag, Buffer.alloc(4)]);
}

function findTarget(target: Buffer, wanted: number): Buffer | undefined {
  for (let at = 0; at + 4 <= target.length; ) {
    const id = target.readUInt16LE(at);
    const end = at + 4 + target.readUInt16LE(at + 2);
    if (id === 0) return undefined;
    if (id === wanted) return target.subarray(at + 4, end);
    at = end;
  }
  return undefined;
}

function readField(message: Buffer, at: number): Buffer {
  const offset = message.readUInt32LE(at + 4);
  return message.subarray(offset, offset + message.readUInt16LE(at));
}

/** 100 ns since 1601. */
function toFileTime(nowMs: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE((BigInt(Math.trunc(nowMs)) + 11_644_473_600_000n) * 10_000n);
  return bytes;
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function hmac(key: Buffer, bytes: Buffer): Buffer {
  return createHmac('md5', key).update(bytes).digest();
}
