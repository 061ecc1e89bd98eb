import type { IncomingHttpHeaders } from 'node:http';
import type { SignalOptions, UploadSource } from '../../destination.ts';

/** Milliseconds; the meanings are those of the options of the same names. */
export interface HttpTimeouts {
  /** A whole request that moves no file. */
  readonly shortMs: number;
  /** A whole request for a listing, or for one page of it. */
  readonly listMs: number;
  /** The longest silence of the other side while a file moves; how long all of it takes does not matter. */
  readonly idleMs: number;
}

export type HttpBody = string | Uint8Array | UploadSource;

export interface HttpRequest extends SignalOptions {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Its length is sent with it, always. A source is opened again when a stale connection makes a second
   * attempt necessary.
   */
  readonly body?: HttpBody;
  /** Which time limit holds. */
  readonly limit: 'short' | 'list' | 'transfer';
}

export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  /**
   * The bytes of the answer; the pieces belong to the reader. It must be read to its end, or left by `break`,
   * which closes the connection. A body that breaks off throws `destination-unreachable`.
   */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The value of a header that may come more than once; the first one then. */
export function headerOf({ headers }: Pick<HttpResponse, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The whole body, for answers that are known to be small. */
export async function readBytes(response: HttpResponse): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body) pieces.push(piece);
  return Buffer.concat(pieces);
}

export async function readText(response: HttpResponse): Promise<string> {
  return (await readBytes(response)).toString('utf8');
}

/** Reads an answer of which nothing is needed, so that its connection can be used again. */
export async function discardBody(response: HttpResponse): Promise<void> {
  for await (const _piece of response.body);
}
