import type { Client, SFTPWrapper } from 'ssh2';
import { DestinationError } from '../destination-error.ts';

/** What a request answers: an error, or a value. */
export type Answer<T> = (error: Error | null | undefined, value: T) => void;
export type SftpRequest<T> = (sftp: SFTPWrapper, answer: Answer<T>) => void;

/** What was learned about a server, by all sessions with it. */
export interface ServerManners {
  /** Requests to write that may be under way at once; one for a server that takes them in order only. */
  writeWindow: number;
}

/** The server does not know a request that is not part of the basic protocol. */
export class UnknownRequest extends Error {}

/**
 * A connection that is logged in and speaks SFTP. Every request is answered: when the connection ends or the
 * server is silent, by an error.
 */
export class SftpSession {
  readonly host: string;
  readonly #client: Client;
  readonly #sftp: SFTPWrapper;
  readonly #waiting = new Set<(error: Error) => void>();
  #failure: Error | undefined;
  readonly manners: ServerManners;

  constructor(host: string, manners: ServerManners, client: Client, sftp: SFTPWrapper) {
    this.host = host;
    this.manners = manners;
    this.#client = client;
    this.#sftp = sftp;
    client.on('error', (error) => this.#fail(brokenOff(host, error)));
    client.on('close', () => this.#fail(brokenOff(host)));
    sftp.on('close', () => this.#fail(brokenOff(host)));
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  close(): void {
    this.#fail(brokenOff(this.host));
  }

  /** Sends a request and calls `answer` once. A limit of 0 is no limit. */
  request<T>(limitMs: number, send: SftpRequest<T>, answer: Answer<T>): void {
    if (this.#failure !== undefined) {
      answer(this.#failure, undefined as never);
      return;
    }
    const fail = (error: Error): void => settle(error, undefined as never);
    const timer = limitMs > 0 ? setTimeout(() => this.#fail(silent(this.host, limitMs)), limitMs) : undefined;
    const settle: Answer<T> = (error, value) => {
      clearTimeout(timer);
      if (this.#waiting.delete(fail)) answer(error, value);
    };
    this.#waiting.add(fail);
    try {
      send(this.#sftp, settle);
    } catch (error) {
      fail(new UnknownRequest('the server does not know this request', { cause: error }));
    }
  }

  /** The same as a promise. */
  ask<T>(limitMs: number, send: SftpRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.request<T>(limitMs, send, (error, value) =>
        error === null || error === undefined ? resolve(value) : reject(error),
      );
    });
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#client.destroy();
    for (const fail of [...this.#waiting]) fail(error);
  }
}

function brokenOff(host: string, cause?: unknown): DestinationError {
  return new DestinationError('destination-unreachable', `The connection to ${host} broke off.`, {
    details: { host },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error for a server that does not answer in time. */
export function silent(host: string, limitMs: number): DestinationError {
  return new DestinationError(
    'destination-unreachable',
    `The server ${host} did not answer within ${Math.round(limitMs / 100) / 10} s.`,
    { details: { host, limitMs } },
  );
}
