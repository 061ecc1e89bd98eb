import type { SignalOptions } from '../destination.ts';
import { type HttpResponse, readText } from '../support/http/index.ts';
import {
  isRecord,
  type JsonObject,
  objectsAt,
  parseJsonObject,
  requiredText,
  textAt,
  valueAt,
} from '../support/json.ts';
import type { BearerClient, ErrorReading } from '../support/oauth/index.ts';
import { bytesSource } from '../support/sessions/read-chunks.ts';

/** How Box words its refusals. */
export const BOX_ERRORS: ErrorReading = {
  read: (body) => {
    const answer = parseJsonObject(body);
    return { code: textAt(answer, 'code'), words: textAt(answer, 'message') };
  },
  codes: {
    storage_limit_exceeded: 'destination-full',
    file_size_limit_exceeded: 'destination-refused',
    rate_limit_exceeded: 'destination-throttled',
    operation_blocked_temporary: 'destination-throttled',
    name_temporarily_reserved: 'destination-throttled',
    item_name_in_use: 'destination-file-exists',
  },
};

export interface BoxParts {
  readonly client: BearerClient;
  readonly api: string;
  readonly uploads: string;
}

/** Where a name stands in the way of another one: the id of what has it. */
export interface Conflict {
  readonly conflictId: string;
}

/** All that is in a folder, page after page. */
export async function* folderItems(
  { client, api }: BoxParts,
  folderId: string,
  options: SignalOptions,
): AsyncGenerator<JsonObject> {
  const url = new URL(`${api}/2.0/folders/${encodeURIComponent(folderId)}/items`);
  url.searchParams.set('fields', 'id,type,name,size,modified_at');
  url.searchParams.set('limit', '1000');
  url.searchParams.set('usemarker', 'true');
  const failure = { action: 'list the folder', missing: 'destination-folder-missing' } as const;
  for (let marker: string | undefined = ''; marker !== undefined; ) {
    if (marker !== '') url.searchParams.set('marker', marker);
    const page = await client.json({ ...options, method: 'GET', url, limit: 'list', failure });
    yield* objectsAt(page, 'entries');
    const next = textAt(page, 'next_marker') ?? '';
    marker = next === '' ? undefined : next;
  }
}

/**
 * The id of the file of a name, by asking whether such a file could be stored: this takes one request,
 * however full the folder is.
 */
export async function findFile(
  { client, api }: BoxParts,
  { folderId, name }: { readonly folderId: string; readonly name: string },
  options: SignalOptions,
): Promise<string | undefined> {
  const response = await client.send({
    ...options,
    method: 'OPTIONS',
    url: new URL(`${api}/2.0/files/content`),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, parent: { id: folderId } }),
    limit: 'short',
  });
  const answer = await readConflict(client, response, [200], {
    action: `find '${name}'`,
    missing: 'destination-folder-missing',
  });
  return 'conflictId' in answer ? answer.conflictId : undefined;
}

/**
 * The id of a folder; `undefined` where there is none. Names are compared as the storage does, without regard
 * to case.
 */
export async function findFolder(
  parts: BoxParts,
  parentId: string,
  name: string,
): Promise<string | undefined> {
  for await (const item of folderItems(parts, parentId, {})) {
    const isIt = textAt(item, 'type') === 'folder' && sameName(textAt(item, 'name') ?? '', name);
    if (isIt) return requiredText(item, 'id');
  }
  return undefined;
}

/** The id of a folder, which is made where there is none. */
export async function ensureFolder(
  { client, api }: BoxParts,
  parentId: string,
  name: string,
  options: SignalOptions,
): Promise<string> {
  const response = await client.send({
    ...options,
    method: 'POST',
    url: new URL(`${api}/2.0/folders`),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, parent: { id: parentId } }),
    limit: 'short',
  });
  const failure = { action: `create the folder '${name}'`, missing: 'destination-folder-missing' } as const;
  const answer = await readConflict(client, response, [201], failure);
  return 'conflictId' in answer ? answer.conflictId : requiredText(answer.body, 'id');
}

/** Reads an answer that may say that the name is in use, and by what. */
export async function readConflict(
  client: BearerClient,
  response: HttpResponse,
  statuses: readonly number[],
  failure: Parameters<BearerClient['failure']>[1],
): Promise<Conflict | { readonly body: JsonObject }> {
  if (!statuses.includes(response.status) && response.status !== 409)
    throw await client.failure(response, failure);
  const text = await readText(response);
  if (statuses.includes(response.status)) return { body: parseJsonObject(text === '' ? '{}' : text) };
  const conflictId = conflictOf(text);
  if (conflictId !== undefined) return { conflictId };
  throw await client.failure({ ...response, body: bytesSource(Buffer.from(text)).open() }, failure);
}

/** Of folders the storage names a list of conflicts, of files a single one. */
function conflictOf(text: string): string | undefined {
  const answer = parseJsonObject(text);
  const conflicts = valueAt(answer, 'context_info', 'conflicts');
  const [first] = Array.isArray(conflicts) ? conflicts : [conflicts];
  return textAt(answer, 'code') === 'item_name_in_use' && isRecord(first) ? textAt(first, 'id') : undefined;
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
