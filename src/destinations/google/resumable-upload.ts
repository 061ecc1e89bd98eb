import type { SignalOptions, UploadSource } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { discardBody, type FailureContext, type HttpResponse, headerOf } from '../support/http/index.ts';
import { type JsonObject, readJson } from '../support/json.ts';
import type { BearerClient } from '../support/oauth/index.ts';
import { bytesSource } from '../support/sessions/read-chunks.ts';
import { type Progress, uploadInSession } from '../support/sessions/upload-in-session.ts';

/** A multiple of 256 KiB, as Google asks. */
const CHUNKS = { chunkBytes: 10 * 1024 * 1024, retries: 5, delayMs: 1000 } as const;

export interface ResumableUpload {
  /** Where the session begins. */
  readonly url: URL;
  readonly metadata: JsonObject;
  readonly source: UploadSource;
  readonly failure: FailureContext;
}

/**
 * Stores a file by Google's resumable protocol, which Cloud Storage and Drive share: a session address,
 * chunks with `Content-Range`, 308 until the last one. Gives what the storage says of the file.
 */
export async function uploadResumable(
  client: BearerClient,
  upload: ResumableUpload,
  options: SignalOptions,
): Promise<JsonObject> {
  const { source, failure } = upload;
  const { sizeBytes } = source;
  const session = await beginSession(client, upload, options);
  const send = async (range: string, bytes: Uint8Array): Promise<Progress<JsonObject>> => {
    const response = await client.send({
      ...options,
      method: 'PUT',
      url: session,
      headers: { 'content-range': range },
      body: bytesSource(bytes),
      limit: 'transfer',
    });
    return readProgress(client, response, failure);
  };
  return uploadInSession(
    {
      send: (bytes, offset) => send(rangeOf(bytes, offset, sizeBytes), bytes),
      ask: () => send(`bytes */${sizeBytes}`, new Uint8Array()),
    },
    source,
    CHUNKS,
    options,
  );
}

/** Gives the address that the chunks go to. */
async function beginSession(
  client: BearerClient,
  { url, metadata, source, failure }: ResumableUpload,
  options: SignalOptions,
): Promise<URL> {
  const start = await client.expect({
    ...options,
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-upload-content-type': 'application/octet-stream',
      'x-upload-content-length': String(source.sizeBytes),
    },
    body: JSON.stringify(metadata),
    limit: 'short',
    failure,
  });
  await discardBody(start);
  return sessionAddress(start);
}

function rangeOf({ byteLength }: Uint8Array, offset: number, sizeBytes: number): string {
  return byteLength === 0
    ? `bytes */${sizeBytes}`
    : `bytes ${offset}-${offset + byteLength - 1}/${sizeBytes}`;
}

function sessionAddress(response: HttpResponse): URL {
  const location = headerOf(response, 'location');
  if (location !== undefined) return new URL(location);
  throw new DestinationError('destination-unreachable', 'The storage began an upload without saying where.');
}

async function readProgress(
  client: BearerClient,
  response: HttpResponse,
  failure: FailureContext,
): Promise<Progress<JsonObject>> {
  if (response.status === 200 || response.status === 201) return { stored: await readJson(response) };
  if (response.status === 308) {
    await discardBody(response);
    const last = /^bytes=0-(\d+)$/.exec(headerOf(response, 'range') ?? '')?.[1];
    return { arrivedBytes: last === undefined ? 0 : Number(last) + 1 };
  }
  if (response.status === 404 || response.status === 410) {
    await discardBody(response);
    throw new DestinationError('destination-throttled', 'The storage gave up an upload before its end.', {
      details: { retryAfterMs: 0 },
    });
  }
  throw await client.failure(response, failure);
}
