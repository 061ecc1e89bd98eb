import { connect, type Socket } from 'node:net';
import { DestinationError } from '../destination-error.ts';
import { networkFailure } from '../support/http/network-failure.ts';
import {
  decryptMessage,
  encryptMessage,
  hasValidSignature,
  isEncrypted,
  type SessionKeys,
  SIGNATURE_AT,
  signMessage,
} from './session-keys.ts';

/** [MS-SMB2] 2.2.1.2. */
export const COMMANDS = {
  negotiate: 0,
  sessionSetup: 1,
  treeConnect: 3,
  create: 5,
  close: 6,
  flush: 7,
  read: 8,
  write: 9,
  queryDirectory: 14,
  queryInfo: 16,
  setInfo: 17,
} as const;

export const HEADER_BYTES = 64;
const SIGNED = 8;
const STATUS_PENDING = 0x103;
const CREDITS_WANTED = 256;
/** A message may be this long per credit. */
const CREDIT_BYTES = 65_536;
/** Numbers of messages that no answer has: breaks of locks, which are never asked for. */
const UNSOLICITED = 0xffff_ffff_ffff_ffffn;

export interface SmbReply {
  /** The NT status. */
  readonly status: number;
  /** What follows the header; offsets in messages count from the header. */
  readonly message: Buffer;
}

interface Waiting {
  readonly answer: (reply: SmbReply) => void;
  readonly fail: (error: Error) => void;
}

/** Messages to and from one server: numbers, credits, signatures, encryption. */
export class SmbConnection {
  readonly host: string;
  readonly #socket: Socket;
  readonly #waiting = new Map<bigint, Waiting>();
  #failure: Error | undefined;
  #received: Buffer[] = [];
  #receivedBytes = 0;
  #nextMessageId = 0n;
  #credits = 1;
  #forCredits: (() => void)[] = [];
  sessionId = 0n;
  treeId = 0;
  keys: SessionKeys | undefined;
  isEncrypting = false;
  /** Whether a message may need several credits, since version 2.1. */
  hasLargeMessages = false;
  /** The raw bytes of the last message sent and received, for the hash of the login. */
  lastSent: Buffer = Buffer.alloc(0);
  lastReceived: Buffer = Buffer.alloc(0);

  private constructor(host: string, socket: Socket) {
    this.host = host;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', (error) => this.fail(toError(networkFailure(error, host))));
    socket.on('close', () => this.fail(brokenOff(host)));
  }

  static open(host: string, port: number, limitMs: number, signal: AbortSignal): Promise<SmbConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host);
      const timer = setTimeout(() => socket.destroy(silent(host, limitMs)), limitMs || 2 ** 31 - 1);
      const giveUp = (): void => void socket.destroy(signal.reason);
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      };
      const fail = (error: Error): void => {
        settle();
        reject(networkFailure(error, host));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      socket.once('error', fail);
      socket.once('connect', () => {
        settle();
        socket.off('error', fail);
        resolve(new SmbConnection(host, socket));
      });
    });
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  fail(error: Error = brokenOff(this.host)): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#socket.destroy();
    for (const { fail } of this.#waiting.values()) fail(error);
    this.#waiting.clear();
    for (const wake of this.#forCredits.splice(0)) wake();
  }

  /** Sends a request and gives its answer, whatever the status. `payloadBytes` is the longer one of what is sent and what may come back. */
  async request(command: number, body: Buffer, limitMs: number, payloadBytes = 0): Promise<SmbReply> {
    const charge = this.hasLargeMessages ? Math.max(1, Math.ceil(payloadBytes / CREDIT_BYTES)) : 1;
    while (this.#failure === undefined && this.#credits < charge)
      await new Promise<void>((resolve) => void this.#forCredits.push(resolve));
    if (this.#failure !== undefined) throw this.#failure;
    this.#credits -= charge;
    const messageId = this.#nextMessageId;
    this.#nextMessageId += BigInt(charge);
    const message = this.#frame(command, charge, messageId, body);
    const answered = this.#wait(messageId, limitMs);
    this.#send(message);
    return answered;
  }

  #frame(command: number, charge: number, messageId: bigint, body: Buffer): Buffer {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(0xfe534d42, 0);
    header.writeUInt16LE(HEADER_BYTES, 4);
    header.writeUInt16LE(this.hasLargeMessages ? charge : 0, 6);
    header.writeUInt16LE(command, 12);
    header.writeUInt16LE(CREDITS_WANTED, 14);
    header.writeUInt32LE(this.keys !== undefined && !this.isEncrypting ? SIGNED : 0, 16);
    header.writeBigUInt64LE(messageId, 24);
    header.writeUInt32LE(this.treeId, 36);
    header.writeBigUInt64LE(this.sessionId, 40);
    return Buffer.concat([header, body]);
  }

  #send(message: Buffer): void {
    const { keys } = this;
    let sent = message;
    if (keys !== undefined && this.isEncrypting && keys.cipher !== undefined)
      sent = encryptMessage(keys, keys.cipher, this.sessionId, message);
    else if (keys !== undefined) signMessage(keys, message);
    this.lastSent = sent;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(sent.length, 0);
    this.#socket.cork();
    this.#socket.write(length);
    this.#socket.write(sent);
    this.#socket.uncork();
  }

  #wait(messageId: bigint, limitMs: number): Promise<SmbReply> {
    return new Promise((resolve, reject) => {
      const timer =
        limitMs > 0 ? setTimeout(() => this.fail(silent(this.host, limitMs)), limitMs) : undefined;
      this.#waiting.set(messageId, {
        answer: (reply) => {
          clearTimeout(timer);
          resolve(reply);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
  }

  /** Messages stand one after another, each behind its length. */
  #receive(bytes: Buffer): void {
    this.#received.push(bytes);
    this.#receivedBytes += bytes.length;
    while (this.#receivedBytes >= 4) {
      const [first = bytes] = this.#received;
      const whole = first.length >= 4 ? first : this.#joinReceived();
      const end = 4 + (whole.readUInt32BE(0) & 0xff_ffff);
      if (this.#receivedBytes < end) return;
      const joined = this.#joinReceived();
      const rest = joined.subarray(end);
      this.#received = rest.length > 0 ? [rest] : [];
      this.#receivedBytes = rest.length;
      this.#handle(joined.subarray(4, end));
    }
  }

  #joinReceived(): Buffer {
    const [only] = this.#received;
    const joined = this.#received.length === 1 && only !== undefined ? only : Buffer.concat(this.#received);
    this.#received = [joined];
    return joined;
  }

  #handle(raw: Buffer): void {
    try {
      const message = this.#open(raw);
      this.#credits += message.readUInt16LE(14);
      for (const wake of this.#forCredits.splice(0)) wake();
      const messageId = message.readBigUInt64LE(24);
      const status = message.readUInt32LE(8);
      // The server takes its time; the answer comes later under the same number.
      if (status === STATUS_PENDING || messageId === UNSOLICITED) return;
      this.#check(raw, message);
      const waiting = this.#waiting.get(messageId);
      this.#waiting.delete(messageId);
      this.lastReceived = raw;
      waiting?.answer({ status, message });
    } catch (cause) {
      this.fail(
        new DestinationError(
          'destination-unreachable',
          `The server ${this.host} sent a message that cannot be trusted.`,
          {
            details: { host: this.host },
            cause,
          },
        ),
      );
    }
  }

  #open(raw: Buffer): Buffer {
    const { keys } = this;
    if (!isEncrypted(raw)) return raw;
    if (keys?.cipher === undefined) throw new Error('encrypted without a key');
    return decryptMessage(keys, keys.cipher, raw);
  }

  /** Once there are keys, every answer is encrypted or signed. */
  #check(raw: Buffer, message: Buffer): void {
    if (message.length < HEADER_BYTES || message.readUInt32BE(0) !== 0xfe534d42) throw new Error('not SMB2');
    if (this.keys === undefined || isEncrypted(raw)) return;
    if (this.isEncrypting) throw new Error('not encrypted');
    if (!hasValidSignature(this.keys, message)) throw new Error(`wrong signature at ${SIGNATURE_AT}`);
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function brokenOff(host: string): DestinationError {
  return new DestinationError('destination-unreachable', `The connection to ${host} broke off.`, {
    details: { host },
  });
}

function silent(host: string, limitMs: number): DestinationError {
  return new DestinationError(
    'destination-unreachable',
    `The server ${host} did not answer within ${Math.round(limitMs / 100) / 10} s.`,
    { details: { host, limitMs } },
  );
}
