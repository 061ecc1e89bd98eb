import type { SignalOptions } from '../destination.ts';
import type { FailureContext } from '../support/http/index.ts';
import type { StoredFile } from '../support/id-store.ts';
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
export interface Entry extends StoredFile {
  readonly kind: 'file' | 'folder';
  /** Where the bytes are, relative to the server. */
  readonly url: string;
  /** The id by which Drime knows a download. */
  readonly hash: string;
}

export interface EntriesParts {
  readonly client: BearerClient;
  /** Ends in a slash. */
  readonly api: string;
  readonly pageFiles: number;
  /** What a request says of the workspace, where the service has such. */
  readonly workspaceId: number | undefined;
}

/** The id of the outermost folder, which the service has no number for. */
export const ROOT_ID = '';

/** Everything in a folder, page after page. What lies in the trash is left out. */
export async function* listEntries(
  parts: EntriesParts,
  folderId: string,
  options: SignalOptions,
): AsyncGenerator<Entry> {
  const failure = { action: 'list the folder', missing: 'destination-folder-missing' } as const;
  for (let page: number | undefined = 1; page !== undefined; ) {
    const url = addressOf(parts, 'drive/file-entries');
    url.searchParams.set('perPage', String(parts.pageFiles));
    url.searchParams.set('parentIds', folderId);
    url.searchParams.set('page', String(page));
    const headers = { accept: 'application/json' };
    const answer: JsonObject = await parts.client.json({
      ...options,
      method: 'GET',
      url,
      headers,
      limit: 'list',
      failure,
    });
    for (const item of objectsAt(answer, 'data')) {
      if ((textAt(item, 'deleted_at') ?? '') === '' && parentOf(item) === folderId) yield readEntry(item);
    }
    page = pageAfter(page, answer);
  }
}

/** Filejump names the next page, Drime the last one. */
function pageAfter(page: number, answer: JsonObject): number | undefined {
  const next = numberAt(answer, 'next_page');
  if (next !== undefined) return next > page ? next : undefined;
  return page < (numberAt(answer, 'last_page') ?? 0) ? page + 1 : undefined;
}

/** The address of a verb. */
export function addressOf({ api, workspaceId }: EntriesParts, verb: string): URL {
  const url = new URL(verb, api);
  if (workspaceId !== undefined) url.searchParams.set('workspaceId', String(workspaceId));
  return url;
}

/** The number of a folder in the body of a request. */
export function parentIdOf(folderId: string): number | null {
  return folderId === ROOT_ID ? null : Number(folderId);
}

/** A request that changes something. */
export function change(
  parts: EntriesParts,
  method: 'POST' | 'PUT',
  verb: string,
  body: JsonObject,
  rest: SignalOptions & { readonly failure: FailureContext },
): Parameters<BearerClient['json']>[0] {
  return {
    ...rest,
    method,
    url: addressOf(parts, verb),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    limit: 'short',
    statuses: [200, 201],
  };
}

export function readEntry(item: JsonObject): Entry {
  const id = numberAt(item, 'id') ?? 0;
  return {
    id: String(id),
    // The service counts upwards.
    age: id,
    name: requiredText(item, 'name'),
    kind: textAt(item, 'type') === 'folder' ? 'folder' : 'file',
    sizeBytes: numberAt(item, 'file_size') ?? -1,
    modifiedAtMs: timeAt(item, 'updated_at'),
    url: textAt(item, 'url') ?? '',
    hash: textAt(item, 'hash') ?? '',
  };
}

function parentOf(item: JsonObject): string {
  const id = numberAt(item, 'parent_id');
  return id === undefined ? ROOT_ID : String(id);
}

/** The file that an upload made. */
export function storedEntry(answer: JsonObject): Entry {
  return readEntry(recordAt(answer, 'fileEntry'));
}
