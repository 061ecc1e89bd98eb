import { connect, type OnReadOpts, type Socket } from 'node:net';
import { releaseMemory } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';
import { networkFailure } from '../support/http/network-failure.ts';
import { connectLine } from '../support/line-proxy.ts';
import { MessageReader } from './message-reader.ts';
import {
  decryptMessage,
  encryptMessage,
  hasValidSignature,
  isEncrypted,
  type SessionKeys,
  SIGNATURE_AT,
  signMessage,
  splitMessage,
} from './session-keys.ts';
import type { SmbSettings } from './settings.ts';

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
/** Where the bytes of a file usually begin in the answer to a read. */
const READ_HEAD_BYTES = HEADER_BYTES + 16;
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
  /** Header and what follows it; offsets in messages count from the header. */
  readonly message: Buffer;
  /** What follows the head of an answer to a read, in memory of its own; `message` is only the head then. */
  readonly data?: Buffer;
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

  /** `reader` gets what a socket reads into it, or by its events. */
  private constructor(host: string, socket: Socket, reader = new MessageReader()) {
    this.host = host;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#receive(reader.copy(bytes)));
    socket.on('error', (error) => this.fail(toError(networkFailure(error, host))));
    socket.on('close', () => this.fail(brokenOff(host)));
  }

  static async open({ host, port, limits, proxy }: SmbSettings, signal: AbortSignal): Promise<SmbConnection> {
    const { shortMs: limitMs } = limits;
    if (proxy !== undefined)
      return new SmbConnection(host, await connectLine(proxy, { host, port }, { limitMs, signal }));
    return new Promise((resolve, reject) => {
      const reader = new MessageReader();
      let receive: (count: number) => void = () => {};
      // The socket's own buffers would each be left to the collector.
      const onread: OnReadOpts = {
        buffer: () => reader.room,
        callback: (count) => {
          receive(count);
          return true;
        },
      };
      const socket = connect({ host, port, onread });
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
        const connection = new SmbConnection(host, socket, reader);
        receive = (count) => connection.#receive(reader.take(count));
        resolve(connection);
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

  /** The memory of a message serves again once the next one is taken. */
  #receive(messages: Iterable<Buffer>): void {
    for (const raw of messages) this.#handle(raw);
  }

  #handle(raw: Buffer): void {
    try {
      const wasEncrypted = isEncrypted(raw);
      const [head, rest] = wasEncrypted ? this.#decrypt(raw) : splitMessage(raw, READ_HEAD_BYTES);
      if (head.length < HEADER_BYTES || head.readUInt32BE(0) !== 0xfe534d42) throw new Error('not SMB2');
      this.#credits += head.readUInt16LE(14);
      for (const wake of this.#forCredits.splice(0)) wake();
      const messageId = head.readBigUInt64LE(24);
      const status = head.readUInt32LE(8);
      // The server takes its time; the answer comes later under the same number.
      if (status === STATUS_PENDING || messageId === UNSOLICITED) return;
      if (!wasEncrypted) this.#check(raw);
      const waiting = this.#waiting.get(messageId);
      this.#waiting.delete(messageId);
      if (this.keys === undefined) this.lastReceived = Buffer.from(raw);
      waiting?.answer(toReply(status, head, rest));
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

  #decrypt(raw: Buffer): readonly [Buffer, Buffer] {
    const { keys } = this;
    if (keys?.cipher === undefined) throw new Error('encrypted without a key');
    return decryptMessage(keys, keys.cipher, raw, READ_HEAD_BYTES);
  }

  /** Once there are keys, every answer is encrypted or signed. */
  #check(message: Buffer): void {
    if (this.keys === undefined) return;
    if (this.isEncrypting) throw new Error('not encrypted');
    if (!hasValidSignature(this.keys, message)) throw new Error(`wrong signature at ${SIGNATURE_AT}`);
  }
}

/** The bytes of a file are long, and not put together with their head. */
function toReply(status: number, head: Buffer, rest: Buffer): SmbReply {
  const isData =
    status === 0 &&
    head.readUInt16LE(12) === COMMANDS.read &&
    head.readUInt8(HEADER_BYTES + 2) === READ_HEAD_BYTES &&
    head.readUInt32LE(HEADER_BYTES + 4) === rest.length;
  return isData ? { status, message: head, data: rest } : { status, message: Buffer.concat([head, rest]) };
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
