import type { SignalOptions } from '../destination.ts';
import type { FailureContext } from '../support/http/index.ts';
import {
  type JsonObject,
  numberAt,
  objectsAt,
  recordAt,
  requiredText,
  textAt,
  timeAt,
} from '../support/json.ts';
import type { BearerClient } from '../support/oauth/index.ts';

/** A file or folder as the storage lists it. */
export interface Entry {
  readonly id: number;
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly sizeBytes: number;
  readonly modifiedAtMs: number | undefined;
  /** Where the bytes are, relative to the server. */
  readonly url: string;
}

export interface EntriesParts {
  readonly client: BearerClient;
  /** Ends in a slash. */
  readonly api: string;
  readonly pageFiles: number;
}

/** Everything in a folder, page after page; `undefined` is the outermost. What lies in the trash is left out. */
export async function* listEntries(
  { client, api, pageFiles }: EntriesParts,
  folderId: number | undefined,
  options: SignalOptions,
): AsyncGenerator<Entry> {
  const url = new URL('drive/file-entries', api);
  url.searchParams.set('perPage', String(pageFiles));
  url.searchParams.set('parentIds', folderId === undefined ? '' : String(folderId));
  const failure = { action: 'list the folder', missing: 'destination-folder-missing' } as const;
  for (let page: number | undefined = 1; page !== undefined; ) {
    url.searchParams.set('page', String(page));
    const answer = await client.json({ ...options, method: 'GET', url, limit: 'list', failure });
    for (const item of objectsAt(answer, 'data')) {
      if ((textAt(item, 'deleted_at') ?? '') === '' && parentOf(item) === folderId) yield readEntry(item);
    }
    page = numberAt(answer, 'next_page');
  }
}

/** The id of a folder in another one; `undefined` where there is none. */
export async function findFolder(
  parts: EntriesParts,
  parentId: number | undefined,
  name: string,
): Promise<number | undefined> {
  for await (const entry of listEntries(parts, parentId, {}))
    if (entry.kind === 'folder' && entry.name === name) return entry.id;
  return undefined;
}

/** The id of a folder, which is made where there is none. */
export async function ensureFolder(
  parts: EntriesParts,
  parentId: number | undefined,
  name: string,
  options: SignalOptions,
): Promise<number> {
  const found = await findFolder(parts, parentId, name);
  if (found !== undefined) return found;
  const body = { name, parentId: parentId ?? null };
  const failure: FailureContext = { action: `create the folder '${name}'` };
  const answer = await parts.client.json(change(parts, 'POST', 'folders', body, { ...options, failure }));
  return readEntry(recordAt(answer, 'folder')).id;
}

/** A request that changes something. */
export function change(
  { api }: EntriesParts,
  method: 'POST' | 'PUT',
  verb: string,
  body: JsonObject,
  rest: SignalOptions & { readonly failure: FailureContext },
): Parameters<BearerClient['json']>[0] {
  return {
    ...rest,
    method,
    url: new URL(verb, api),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    limit: 'short',
    statuses: [200, 201],
  };
}

export function readEntry(item: JsonObject): Entry {
  return {
    id: numberAt(item, 'id') ?? 0,
    name: requiredText(item, 'name'),
    kind: textAt(item, 'type') === 'folder' ? 'folder' : 'file',
    sizeBytes: numberAt(item, 'file_size') ?? -1,
    modifiedAtMs: timeAt(item, 'updated_at'),
    url: textAt(item, 'url') ?? '',
  };
}

function parentOf(item: JsonObject): number | undefined {
  return numberAt(item, 'parent_id');
}
