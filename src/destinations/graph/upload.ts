import type { SignalOptions, UploadSource } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { discardBody, type FailureContext, type HttpResponse } from '../support/http/index.ts';
import { type JsonObject, listAt, readJson, requiredText } from '../support/json.ts';
import type { BearerClient } from '../support/oauth/index.ts';
import { bytesSource } from '../support/sessions/read-chunks.ts';
import {
  type Progress,
  type SessionSettings,
  uploadInSession,
} from '../support/sessions/upload-in-session.ts';

/** Smaller files go in one request. */
const SMALL_BYTES = 4_000_000;

export interface GraphUpload {
  /** Address of the file, to which a verb is added. */
  readonly address: string;
  readonly source: UploadSource;
  readonly settings: SessionSettings;
  readonly failure: FailureContext;
}

/** Stores a file, a large one in a session, and gives what the storage says of it. */
export async function uploadFile(
  client: BearerClient,
  { address, source, settings, failure }: GraphUpload,
  options: SignalOptions,
): Promise<JsonObject> {
  if (source.sizeBytes < SMALL_BYTES) {
    return client.json({
      ...options,
      method: 'PUT',
      url: new URL(`${address}:/content`),
      headers: { 'content-type': 'application/octet-stream' },
      body: source,
      limit: 'transfer',
      statuses: [200, 201],
      failure,
    });
  }
  const begun = await client.json({
    ...options,
    method: 'POST',
    url: new URL(`${address}:/createUploadSession`),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ item: { '@microsoft.graph.conflictBehavior': 'replace' } }),
    limit: 'short',
    failure,
  });
  const session = new URL(requiredText(begun, 'uploadUrl'));
  try {
    return await sendParts(client, { session, source, settings, failure }, options);
  } catch (error) {
    await cancel(client, session);
    throw error;
  }
}

/** The address of a session is its own permission: a token must not be sent there. */
function sendParts(
  client: BearerClient,
  { session, source, settings, failure }: Omit<GraphUpload, 'address'> & { readonly session: URL },
  options: SignalOptions,
): Promise<JsonObject> {
  const ask = async (): Promise<Progress<JsonObject>> => {
    const request = { ...options, method: 'GET', url: session, limit: 'short' } as const;
    return readProgress(client, await client.sendPlain(request), failure);
  };
  return uploadInSession(
    {
      send: async (bytes, offset) => {
        const range = `bytes ${offset}-${offset + bytes.byteLength - 1}/${source.sizeBytes}`;
        const response = await client.sendPlain({
          ...options,
          method: 'PUT',
          url: session,
          headers: { 'content-range': range },
          body: bytesSource(bytes),
          limit: 'transfer',
        });
        // It has these bytes already, or does not want them yet.
        if (response.status !== 416) return readProgress(client, response, failure);
        await discardBody(response);
        return ask();
      },
      ask,
    },
    source,
    settings,
    options,
  );
}

async function readProgress(
  client: BearerClient,
  response: HttpResponse,
  failure: FailureContext,
): Promise<Progress<JsonObject>> {
  if (response.status === 404 || response.status === 410) {
    await discardBody(response);
    throw new DestinationError('destination-throttled', 'The storage gave up an upload before its end.', {
      details: { retryAfterMs: 0 },
    });
  }
  if (![200, 201, 202].includes(response.status)) throw await client.failure(response, failure);
  const answer = await readJson(response);
  const [next] = listAt(answer, 'nextExpectedRanges');
  return typeof next === 'string' ? { arrivedBytes: Number.parseInt(next, 10) } : { stored: answer };
}

/** Half an upload would take space until it expires. The failure itself is what the caller has to hear of. */
async function cancel(client: BearerClient, session: URL): Promise<void> {
  try {
    await discardBody(await client.sendPlain({ method: 'DELETE', url: session, limit: 'short' }));
  } catch {}
}
