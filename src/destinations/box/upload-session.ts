import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../base/index.ts';
import type { SignalOptions, UploadSource } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { discardBody, type FailureContext, headerOf, parseRetryAfter } from '../support/http/index.ts';
import { type JsonObject, numberAt, readJson, recordAt, requiredText } from '../support/json.ts';
import type { BearerClient } from '../support/oauth/index.ts';
import { bytesSource } from '../support/sessions/read-chunks.ts';
import { uploadInSession } from '../support/sessions/upload-in-session.ts';

const PATIENCE = { retries: 5, delayMs: 1000 } as const;
/** How often the storage is asked whether it has put the parts together. */
const MAX_QUESTIONS = 60;

export interface BoxSession {
  /** What the storage answered when the session began. */
  readonly begun: JsonObject;
  readonly source: UploadSource;
  /** The SHA-1 of all bytes, once they were read. */
  readonly sha1: () => Buffer;
  readonly failure: FailureContext;
}

/**
 * Sends a large file in the parts that the storage wishes, each with its checksum, and has them put together.
 * Gives what the storage says of it.
 */
export async function uploadParts(
  client: BearerClient,
  { begun, source, sha1, failure }: BoxSession,
  options: SignalOptions,
): Promise<JsonObject> {
  const addresses = recordAt(begun, 'session_endpoints');
  const parts: JsonObject[] = [];
  const order = { address: requiredText(addresses, 'upload_part'), sizeBytes: source.sizeBytes, failure };
  try {
    const chunkBytes = numberAt(begun, 'part_size') ?? 0;
    if (chunkBytes <= 0) throw new Error('Box named no size of parts.');
    const settings = { ...PATIENCE, chunkBytes };
    const session = {
      send: async (bytes: Uint8Array, offset: number, isLast: boolean) => {
        parts.push(await sendPart(client, { ...order, bytes, offset }, options));
        return isLast ? { stored: parts } : { arrivedBytes: offset + bytes.byteLength };
      },
      // A part that was lost, or whose answer was, is sent once more: it takes its own place.
      ask: async (offset: number) => ({ arrivedBytes: offset }),
    };
    await uploadInSession(session, source, settings, options);
    return await commit(
      client,
      { address: requiredText(addresses, 'commit'), parts, sha1, failure },
      options,
    );
  } catch (error) {
    await abandon(client, requiredText(addresses, 'abort'));
    throw error;
  }
}

interface Part extends Pick<BoxSession, 'failure'> {
  readonly address: string;
  readonly bytes: Uint8Array;
  readonly offset: number;
  /** Of the whole file. */
  readonly sizeBytes: number;
}

/** Gives what the storage says of the part, which it wants to hear again at the end. */
async function sendPart(
  client: BearerClient,
  { address, bytes, offset, sizeBytes, failure }: Part,
  options: SignalOptions,
): Promise<JsonObject> {
  const last = offset + bytes.byteLength - 1;
  const answer = await client.json({
    ...options,
    method: 'PUT',
    url: new URL(address),
    headers: {
      'content-type': 'application/octet-stream',
      'content-range': `bytes ${offset}-${last}/${sizeBytes}`,
      digest: `sha=${createHash('sha1').update(bytes).digest('base64')}`,
    },
    body: bytesSource(bytes),
    limit: 'transfer',
    failure,
  });
  return recordAt(answer, 'part');
}

async function commit(
  client: BearerClient,
  order: Pick<BoxSession, 'sha1' | 'failure'> & {
    readonly address: string;
    readonly parts: readonly JsonObject[];
  },
  { signal }: SignalOptions,
): Promise<JsonObject> {
  const { address, parts, sha1, failure } = order;
  const digest = `sha=${sha1().toString('base64')}`;
  for (let question = 0; question < MAX_QUESTIONS; question++) {
    const response = await client.expect({
      signal,
      method: 'POST',
      url: new URL(address),
      headers: { 'content-type': 'application/json', digest },
      body: JSON.stringify({ parts }),
      limit: 'list',
      statuses: [200, 201, 202],
      failure,
    });
    if (response.status !== 202) return readJson(response);
    await discardBody(response);
    const waitMs = parseRetryAfter(headerOf(response, 'retry-after'), systemClock.now()) ?? 1000;
    await delay(waitMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
  throw new DestinationError(
    'destination-unreachable',
    `Cannot ${failure.action}: the storage does not put its parts together.`,
  );
}

/** Half an upload would take space until it expires. The failure itself is what the caller has to hear of. */
async function abandon(client: BearerClient, address: string): Promise<void> {
  try {
    await discardBody(await client.send({ method: 'DELETE', url: new URL(address), limit: 'short' }));
  } catch {}
}
