import type { SignalOptions, UploadSource } from '../destination.ts';
import { type HttpResponse, readText } from '../support/http/index.ts';
import { type JsonObject, numberAt, parseJsonObject, readJson, requiredText } from '../support/json.ts';
import { bytesSource } from '../support/sessions/read-chunks.ts';
import { type Progress, uploadInSession } from '../support/sessions/upload-in-session.ts';
import type { DropboxClient } from './dropbox-client.ts';

const CHUNKS = { chunkBytes: 10 * 1024 * 1024, retries: 5, delayMs: 1000 } as const;

export interface DropboxUpload {
  readonly path: string;
  readonly source: UploadSource;
  readonly action: string;
}

/** Stores a file, a large one in a session, and gives what the storage says of it. */
export async function uploadFile(
  client: DropboxClient,
  { path, source, action }: DropboxUpload,
  options: SignalOptions,
): Promise<JsonObject> {
  const commit = { path, mode: 'overwrite', autorename: false, mute: true };
  if (source.sizeBytes > CHUNKS.chunkBytes) return uploadChunks(client, { commit, source, action }, options);
  const order = { ...options, verb: 'files/upload', argument: commit, body: source, action };
  return readJson(await client.expect(await client.transfer(order), order));
}

async function uploadChunks(
  client: DropboxClient,
  { commit, source, action }: Omit<DropboxUpload, 'path'> & { readonly commit: JsonObject },
  options: SignalOptions,
): Promise<JsonObject> {
  const sessionId = await beginSession(client, action, options);
  const send = (verb: string, bytes: Uint8Array, offset: number, rest: JsonObject) => {
    const cursor = { session_id: sessionId, offset };
    const argument = { cursor, ...rest };
    return client.transfer({ ...options, verb, argument, body: bytesSource(bytes), action });
  };
  const append = async (bytes: Uint8Array, offset: number): Promise<Progress<JsonObject>> => {
    const response = await send('files/upload_session/append_v2', bytes, offset, { close: false });
    if (response.status !== 200) return readOffset(client, response, action);
    await readText(response);
    return { arrivedBytes: offset + bytes.byteLength };
  };
  return uploadInSession(
    {
      send: async (bytes, offset, isLast) => {
        if (!isLast) return append(bytes, offset);
        const response = await send('files/upload_session/finish', bytes, offset, { commit });
        return response.status === 200
          ? { stored: await readJson(response) }
          : readOffset(client, response, action);
      },
      ask: (offset) => append(new Uint8Array(), offset),
    },
    source,
    CHUNKS,
    options,
  );
}

async function beginSession(client: DropboxClient, action: string, options: SignalOptions): Promise<string> {
  const start = {
    ...options,
    verb: 'files/upload_session/start',
    argument: { close: false },
    body: new Uint8Array(),
    action,
  };
  const begun = await readJson(await client.expect(await client.transfer(start), start));
  return requiredText(begun, 'session_id');
}

/** A part that is not the next one is refused with the place where the upload stands. */
async function readOffset(
  client: DropboxClient,
  response: HttpResponse,
  action: string,
): Promise<Progress<JsonObject>> {
  const text = await readText(response);
  const arrivedBytes = response.status === 409 ? correctOffset(text) : undefined;
  if (arrivedBytes !== undefined) return { arrivedBytes };
  throw await client.failure({ ...response, body: bytesSource(Buffer.from(text)).open() }, { action });
}

function correctOffset(text: string): number | undefined {
  try {
    const answer = parseJsonObject(text);
    return (
      numberAt(answer, 'error', 'correct_offset') ??
      numberAt(answer, 'error', 'lookup_failed', 'correct_offset')
    );
  } catch {
    // No answer of the storage itself.
    return undefined;
  }
}
