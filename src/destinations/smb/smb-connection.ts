import { connect, type Socket } from 'node:net';
import { releaseMemory } from '../../base/index.ts';
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

/** What follows the header of a message. Given in parts, it is put together only where it has to be. */
export type MessageBody = Buffer | readonly Buffer[];

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
  /** The length of the message that is coming; `undefined` while not even that is there. */
  #messageBytes: number | undefined;
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

  /**
   * Sends a request and gives its answer, whatever the status. `payloadBytes` is the longer one of what is
   * sent and what may come back.
   */
  async request(command: number, body: MessageBody, limitMs: number, payloadBytes = 0): Promise<SmbReply> {
    const charge = this.hasLargeMessages ? Math.max(1, Math.ceil(payloadBytes / CREDIT_BYTES)) : 1;
    while (this.#failure === undefined && this.#credits < charge)
      await new Promise<void>((resolve) => void this.#forCredits.push(resolve));
    if (this.#failure !== undefined) throw this.#failure;
    this.#credits -= charge;
    const messageId = this.#nextMessageId;
    this.#nextMessageId += BigInt(charge);
    const header = this.#header(command, charge, messageId);
    const answered = this.#wait(messageId, limitMs);
    this.#send(Buffer.isBuffer(body) ? [header, body] : [header, ...body]);
    return answered;
  }

  #header(command: number, charge: number, messageId: bigint): Buffer {
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
    return header;
  }

  #send(message: readonly Buffer[]): void {
    const parts = this.#protect(message);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(
      parts.reduce((sum, part) => sum + part.length, 0),
      0,
    );
    this.#socket.cork();
    this.#socket.write(length);
    for (const part of parts) this.#socket.write(part, () => releaseMemory(part));
    this.#socket.uncork();
  }

  /** A message as it is sent: encrypted, signed, or as it is during the login. What it gives is used nowhere else. */
  #protect(message: readonly Buffer[]): readonly Buffer[] {
    const { keys } = this;
    if (keys?.cipher !== undefined && this.isEncrypting)
      return encryptMessage(keys, keys.cipher, this.sessionId, message);
    const whole = Buffer.concat(message);
    if (keys === undefined) this.lastSent = Buffer.from(whole);
    else signMessage(keys, whole);
    return [whole];
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
    for (;;) {
      if (this.#messageBytes === undefined) {
        if (this.#receivedBytes < 4) return;
        this.#messageBytes = this.#take(4).readUInt32BE(0) & 0xff_ffff;
      }
      if (this.#receivedBytes < this.#messageBytes) return;
      const raw = this.#take(this.#messageBytes);
      this.#messageBytes = undefined;
      this.#handle(raw);
    }
  }

  /** Takes that many bytes off what was received. */
  #take(length: number): Buffer {
    const taken = Buffer.allocUnsafeSlow(length);
    let filled = 0;
    while (filled < length) {
      const [first] = this.#received;
      if (first === undefined) throw new Error('More is taken than was received.');
      const copied = first.copy(taken, filled);
      filled += copied;
      if (copied < first.length) this.#received[0] = first.subarray(copied);
      else {
        this.#received.shift();
        releaseMemory(first);
      }
    }
    this.#receivedBytes -= length;
    return taken;
  }

  #handle(raw: Buffer): void {
    try {
      const wasEncrypted = isEncrypted(raw);
      const message = wasEncrypted ? this.#decrypt(raw) : raw;
      this.#credits += message.readUInt16LE(14);
      for (const wake of this.#forCredits.splice(0)) wake();
      const messageId = message.readBigUInt64LE(24);
      const status = message.readUInt32LE(8);
      // The server takes its time; the answer comes later under the same number.
      if (status === STATUS_PENDING || messageId === UNSOLICITED) return;
      this.#check(message, wasEncrypted);
      const waiting = this.#waiting.get(messageId);
      this.#waiting.delete(messageId);
      if (this.keys === undefined) this.lastReceived = raw;
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

  #decrypt(raw: Buffer): Buffer {
    const { keys } = this;
    if (keys?.cipher === undefined) throw new Error('encrypted without a key');
    const message = decryptMessage(keys, keys.cipher, raw);
    releaseMemory(raw);
    return message;
  }

  /** Once there are keys, every answer is encrypted or signed. */
  #check(message: Buffer, wasEncrypted: boolean): void {
    if (message.length < HEADER_BYTES || message.readUInt32BE(0) !== 0xfe534d42) throw new Error('not SMB2');
    if (this.keys === undefined || wasEncrypted) return;
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
