import { randomBytes } from 'node:crypto';
import { systemClock } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';
import { answerChallenge, negotiateMessage } from './ntlm.ts';
import { type Cipher, DIALECTS, deriveKeys, extendHash, hasValidSignature } from './session-keys.ts';
import type { SmbSettings } from './settings.ts';
import { COMMANDS, HEADER_BYTES, SmbConnection, type SmbReply } from './smb-connection.ts';
import { nameOfStatus, STATUS } from './smb-failures.ts';

/** A connection to one share, with what the server allows. */
export interface SmbShare {
  readonly connection: SmbConnection;
  readonly maxReadBytes: number;
  readonly maxWriteBytes: number;
}

interface Agreement {
  readonly dialect: number;
  readonly cipher: Cipher | undefined;
  readonly maxReadBytes: number;
  readonly maxWriteBytes: number;
  readonly loginHash: Buffer;
}

const SIGNING_REQUIRED = 2;
const LARGE_MESSAGES = 4;
const CAN_ENCRYPT = 0x40;
const PREAUTH_CONTEXT = 1;
const ENCRYPTION_CONTEXT = 2;
const CIPHERS: readonly [id: number, cipher: Cipher][] = [
  [2, 'aes-128-gcm'],
  [1, 'aes-128-ccm'],
];
const GUEST = 1;
const ENCRYPT_SESSION = 4;
const ENCRYPT_SHARE = 0x8000;
/** For longer messages, the C library gets the memory from the system anew, page by page. */
const LONGEST_BYTES = 240 * 1024;
const SHORTEST_LARGE_BYTES = 65_536;

/**
 * Connects, logs in and opens the share. Everything after the login is signed or encrypted. Throws
 * `destination-refused` or `destination-unreachable`, or the reason of the signal.
 */
export async function connectShare(settings: SmbSettings, signal: AbortSignal): Promise<SmbShare> {
  const connection = await SmbConnection.open(settings, signal);
  const giveUp = (): void => connection.fail(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    const agreement = await negotiate(connection, settings);
    await logIn(connection, settings, agreement);
    await openShare(connection, settings, agreement);
    return { connection, ...agreement };
  } catch (error) {
    connection.fail();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

async function negotiate(connection: SmbConnection, { host, limits }: SmbSettings): Promise<Agreement> {
  const reply = await connection.request(COMMANDS.negotiate, negotiateRequest(), limits.shortMs);
  if (reply.status !== 0) throw refusal(`Cannot agree with ${host} on a version of SMB`, reply);
  const answer = reply.message.subarray(HEADER_BYTES);
  const dialect = answer.readUInt16LE(4);
  if (!Object.values<number>(DIALECTS).includes(dialect))
    throw refusal(`Cannot agree with ${host} on a version of SMB`, reply);
  const capabilities = answer.readUInt32LE(24);
  connection.hasLargeMessages = dialect >= DIALECTS.v21 && (capabilities & LARGE_MESSAGES) !== 0;
  const longest = connection.hasLargeMessages ? LONGEST_BYTES : SHORTEST_LARGE_BYTES;
  const first = extendHash(Buffer.alloc(64), connection.lastSent);
  return {
    dialect,
    cipher: chosenCipher(reply.message, dialect, capabilities),
    maxReadBytes: Math.min(longest, answer.readUInt32LE(32)),
    maxWriteBytes: Math.min(longest, answer.readUInt32LE(36)),
    loginHash: extendHash(first, connection.lastReceived),
  };
}

function negotiateRequest(): Buffer {
  const dialects = Object.values(DIALECTS);
  const fixed = Buffer.alloc(36 + dialects.length * 2);
  fixed.writeUInt16LE(36, 0);
  fixed.writeUInt16LE(dialects.length, 2);
  fixed.writeUInt16LE(SIGNING_REQUIRED, 4);
  fixed.writeUInt32LE(LARGE_MESSAGES | CAN_ENCRYPT, 8);
  randomBytes(16).copy(fixed, 12);
  for (const [index, dialect] of dialects.entries()) fixed.writeUInt16LE(dialect, 36 + index * 2);
  const start = padded(Buffer.concat([Buffer.alloc(HEADER_BYTES), fixed])).subarray(HEADER_BYTES);
  start.writeUInt32LE(HEADER_BYTES + start.length, 28);
  start.writeUInt16LE(2, 32);
  const salt = randomBytes(32);
  const preauth = Buffer.concat([u16(1), u16(salt.length), u16(1), salt]);
  const encryption = Buffer.concat([u16(CIPHERS.length), ...CIPHERS.map(([id]) => u16(id))]);
  return Buffer.concat([start, context(PREAUTH_CONTEXT, preauth), context(ENCRYPTION_CONTEXT, encryption)]);
}

function context(type: number, data: Buffer): Buffer {
  return padded(Buffer.concat([u16(type), u16(data.length), Buffer.alloc(4), data]));
}

/** Version 3.1.1 names the cipher in its answer; 3.0 has only one. */
function chosenCipher(message: Buffer, dialect: number, capabilities: number): Cipher | undefined {
  if (dialect < DIALECTS.v30) return undefined;
  if (dialect < DIALECTS.v311) return (capabilities & CAN_ENCRYPT) === 0 ? undefined : 'aes-128-ccm';
  const answer = message.subarray(HEADER_BYTES);
  let at = answer.readUInt32LE(60);
  for (let left = answer.readUInt16LE(6); left > 0 && at + 8 <= message.length; left--) {
    const length = message.readUInt16LE(at + 2);
    if (message.readUInt16LE(at) === ENCRYPTION_CONTEXT) {
      const id = message.readUInt16LE(at + 10);
      return CIPHERS.find(([known]) => known === id)?.[1];
    }
    at += Math.ceil((8 + length) / 8) * 8;
  }
  return undefined;
}

/** NTLM in two rounds; the server's last answer is the first signed message. */
async function logIn(connection: SmbConnection, settings: SmbSettings, agreement: Agreement): Promise<void> {
  const { host, limits, encryption } = settings;
  const negotiation = negotiateMessage();
  const first = await connection.request(COMMANDS.sessionSetup, setupRequest(negotiation), limits.shortMs);
  if (first.status !== STATUS.moreProcessing) throw loginRefused(settings, first);
  let loginHash = extendHash(agreement.loginHash, connection.lastSent);
  loginHash = extendHash(loginHash, connection.lastReceived);
  connection.sessionId = first.message.readBigUInt64LE(40);
  const { message, sessionKey } = answerChallenge(
    negotiation,
    securityOf(first),
    settings,
    systemClock.now(),
  );
  const second = await connection.request(COMMANDS.sessionSetup, setupRequest(message), limits.shortMs);
  if (second.status !== 0) throw loginRefused(settings, second);
  const flags = second.message.readUInt16LE(HEADER_BYTES + 2);
  if ((flags & GUEST) !== 0) throw loginRefused(settings, second, 'it knows the user only as a guest');
  loginHash = extendHash(loginHash, connection.lastSent);
  const keys = deriveKeys(agreement.dialect, sessionKey, { loginHash, cipher: agreement.cipher });
  if (agreement.dialect >= DIALECTS.v30 && !hasValidSignature(keys, second.message))
    throw loginRefused(settings, second, 'it does not know the password itself');
  connection.keys = keys;
  if ((flags & ENCRYPT_SESSION) !== 0 || encryption === 'always') startEncrypting(connection, host);
}

function setupRequest(security: Buffer): Buffer {
  const fixed = Buffer.alloc(24);
  fixed.writeUInt16LE(25, 0);
  fixed.writeUInt8(SIGNING_REQUIRED, 3);
  fixed.writeUInt16LE(HEADER_BYTES + fixed.length, 12);
  fixed.writeUInt16LE(security.length, 14);
  return Buffer.concat([fixed, security]);
}

function securityOf({ message }: SmbReply): Buffer {
  const offset = message.readUInt16LE(HEADER_BYTES + 4);
  return message.subarray(offset, offset + message.readUInt16LE(HEADER_BYTES + 6));
}

async function openShare(
  connection: SmbConnection,
  settings: SmbSettings,
  agreement: Agreement,
): Promise<void> {
  const { host, share, limits } = settings;
  const path = Buffer.from(`\\\\${host}\\${share}`, 'utf16le');
  const fixed = Buffer.alloc(8);
  fixed.writeUInt16LE(9, 0);
  fixed.writeUInt16LE(HEADER_BYTES + fixed.length, 4);
  fixed.writeUInt16LE(path.length, 6);
  const reply = await connection.request(COMMANDS.treeConnect, Buffer.concat([fixed, path]), limits.shortMs);
  if (reply.status !== 0) throw refusal(`Cannot open the share '${share}' at ${host}`, reply);
  connection.treeId = reply.message.readUInt32LE(36);
  const flags = reply.message.readUInt32LE(HEADER_BYTES + 4);
  if ((flags & ENCRYPT_SHARE) !== 0 && agreement.cipher !== undefined) startEncrypting(connection, host);
}

function startEncrypting(connection: SmbConnection, host: string): void {
  if (connection.keys?.cipher === undefined) {
    throw new DestinationError('destination-refused', `The server ${host} cannot encrypt the connection.`, {
      details: { host },
      hint: 'It needs SMB 3. Leave --smb-encryption out to go on with signed messages.',
    });
  }
  connection.isEncrypting = true;
}

function loginRefused(
  { host, user }: SmbSettings,
  { status }: SmbReply,
  because = nameOfStatus(status),
): DestinationError {
  return new DestinationError(
    'destination-refused',
    `The server ${host} does not let '${user}' in: ${because}.`,
    {
      details: { host, status },
      hint: 'Check user, password and domain.',
    },
  );
}

function refusal(sentence: string, { status }: SmbReply): DestinationError {
  return new DestinationError('destination-refused', `${sentence}: ${nameOfStatus(status)}.`, {
    details: { status },
    hint: 'The form of the URL is smb://user@host/share/folder; the server must speak SMB 2 or 3.',
  });
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** With zero bytes up to a multiple of eight. */
function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)]);
}
