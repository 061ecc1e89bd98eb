import type { SignalOptions } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import type { FailureContext } from '../support/http/index.ts';
import { type JsonObject, objectsAt, requiredText, textAt } from '../support/json.ts';
import type { BearerClient } from '../support/oauth/index.ts';

const FOLDER_TYPE = 'application/vnd.google-apps.folder';

export interface DriveParts {
  readonly client: BearerClient;
  readonly endpoint: string;
  /** A shared drive; `undefined` means the user's own. */
  readonly teamDriveId: string | undefined;
}

/** The address of files, or of one of them, on whatever drive they are. */
export function filesUrl({ endpoint }: DriveParts, id = ''): URL {
  const url = new URL(`${endpoint}/drive/v3/files${id === '' ? '' : `/${encodeURIComponent(id)}`}`);
  url.searchParams.set('supportsAllDrives', 'true');
  return url;
}

export interface DriveQuery {
  readonly parentId: string;
  readonly kind: 'files' | 'folders';
  /** Any name when absent. */
  readonly name?: string;
}

/**
 * What matches a query, the newest first, page after page. Names are compared exactly here, because the
 * storage does not.
 */
export async function* findFiles(
  parts: DriveParts,
  { parentId, kind, name }: DriveQuery,
  options: SignalOptions,
): AsyncGenerator<JsonObject> {
  const conditions = [
    `'${quote(parentId)}' in parents`,
    `mimeType ${kind === 'folders' ? '=' : '!='} '${FOLDER_TYPE}'`,
    'trashed = false',
    ...(name === undefined ? [] : [`name = '${quote(name)}'`]),
  ];
  const url = filesUrl(parts);
  url.searchParams.set('q', conditions.join(' and '));
  url.searchParams.set('fields', 'nextPageToken,files(id,name,size,modifiedTime)');
  url.searchParams.set('orderBy', 'modifiedTime desc');
  url.searchParams.set('pageSize', '1000');
  url.searchParams.set('includeItemsFromAllDrives', 'true');
  if (parts.teamDriveId !== undefined) {
    url.searchParams.set('corpora', 'drive');
    url.searchParams.set('driveId', parts.teamDriveId);
  }
  const failure = { action: 'list the folder', missing: 'destination-folder-missing' } as const;
  let pageToken: string | undefined;
  do {
    const page = await parts.client.json({ ...options, method: 'GET', url, limit: 'list', failure });
    yield* objectsAt(page, 'files').filter((file) => name === undefined || textAt(file, 'name') === name);
    pageToken = textAt(page, 'nextPageToken');
    url.searchParams.set('pageToken', pageToken ?? '');
  } while (pageToken !== undefined);
}

/** The id of a folder; `undefined` where there is none. Throws `destination-refused` where several have that name. */
export async function findFolder(
  parts: DriveParts,
  parentId: string,
  name: string,
  options: SignalOptions,
): Promise<string | undefined> {
  const ids: string[] = [];
  for await (const folder of findFiles(parts, { parentId, kind: 'folders', name }, options))
    ids.push(requiredText(folder, 'id'));
  if (ids.length < 2) return ids[0];
  throw new DestinationError(
    'destination-refused',
    `There are ${ids.length} folders '${name}' in the same place.`,
    {
      details: { name, ids },
      hint: 'Rename all but one of them; they may also lie there unseen from a backup that began twice.',
    },
  );
}

/** The id of a folder, which is made where there is none. */
export async function ensureFolder(
  parts: DriveParts,
  parentId: string,
  name: string,
  options: SignalOptions,
): Promise<string> {
  const found = await findFolder(parts, parentId, name, options);
  if (found !== undefined) return found;
  const failure: FailureContext = {
    action: `create the folder '${name}'`,
    missing: 'destination-folder-missing',
  };
  const folder = await parts.client.json({
    ...options,
    method: 'POST',
    url: filesUrl(parts),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, mimeType: FOLDER_TYPE, parents: [parentId] }),
    limit: 'short',
    failure,
  });
  return requiredText(folder, 'id');
}

function quote(text: string): string {
  return text.replaceAll(/[\\']/g, String.raw`\$&`);
}
