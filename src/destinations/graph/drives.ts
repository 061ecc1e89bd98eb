import type { DestinationRequest } from '../descriptor.ts';
import { DestinationError } from '../destination-error.ts';
import { missingOption } from '../support/credentials.ts';
import { decodeRelaxed } from '../support/destination-url.ts';
import { encodePathParts } from '../support/encode-path.ts';
import { splitPath, twiceDecodedFolderPath } from '../support/folder-path.ts';
import { discardBody } from '../support/http/index.ts';
import { objectsAt, readJson, requiredText } from '../support/json.ts';
import type { BearerClient } from '../support/oauth/index.ts';

/** A folder and the drive that it is on. */
export interface DriveFolder {
  /** Address of the drive, without a slash at its end. */
  readonly drive: string;
  readonly folders: readonly string[];
}

/** Finds out, with requests where that is necessary, what a URL means. */
export type FindFolder = (client: BearerClient, endpoint: string) => Promise<DriveFolder>;

/** The drive of the user, or the one that `drive-id` names. */
export function oneDriveFolder({ url, settings }: DestinationRequest): FindFolder {
  const id = settings.get('drive-id');
  const drive = id === undefined ? 'me/drive' : `drives/${encodeURIComponent(id)}`;
  return async (_client, endpoint) => ({
    drive: `${endpoint}/${drive}`,
    folders: twiceDecodedFolderPath(url),
  });
}

/** The documents of a group, which is found by its mail address where its id is not given. */
export function groupFolder(request: DestinationRequest): FindFolder {
  const { url, settings } = request;
  const id = settings.get('group-id');
  const email = settings.get('group-email');
  if (id === undefined && email === undefined) throw missingOption(request, 'group-email');
  return async (client, endpoint) => {
    const groupId = id ?? (await findGroup(client, endpoint, email ?? ''));
    const drive = `${endpoint}/groups/${encodeURIComponent(groupId)}/drive`;
    return { drive, folders: twiceDecodedFolderPath(url) };
  };
}

/** The documents of a site: that of `site-id`, or the one in whose address the URL begins. */
export function sharePointFolder(request: DestinationRequest): FindFolder {
  const { url, settings } = request;
  const id = settings.get('site-id');
  const isSiteAddress = /\.sharepoint\.[a-z.]+$/i.test(url.host ?? '');
  if (id === undefined && !isSiteAddress) throw missingOption(request, 'site-id');
  return async (client, endpoint) => {
    const found = isSiteAddress ? await findSite(client, endpoint, request) : undefined;
    if (found !== undefined) return found;
    if (id === undefined) throw noSite(request);
    return {
      drive: `${endpoint}/sites/${encodeURIComponent(id)}/drive`,
      folders: twiceDecodedFolderPath(url),
    };
  };
}

async function findGroup(client: BearerClient, endpoint: string, email: string): Promise<string> {
  const url = new URL(`${endpoint}/groups`);
  url.searchParams.set('$filter', `mail eq '${email.replaceAll("'", "''")}'`);
  url.searchParams.set('$select', 'id');
  const failure = { action: `find the group ${email}` };
  const answer = await client.json({ method: 'GET', url, limit: 'short', failure });
  const groups = objectsAt(answer, 'value');
  if (groups.length === 1) return requiredText(groups[0], 'id');
  throw new DestinationError(
    'destination-refused',
    `There are ${groups.length} groups with the mail address ${email}.`,
    {
      details: { email, count: groups.length },
      hint: 'Check the option --group-email, or give --group-id.',
    },
  );
}

/**
 * Tries what stands before `//`, then ever shorter beginnings of the path. What the address of the site's
 * documents does not cover is the folder.
 */
async function findSite(
  client: BearerClient,
  endpoint: string,
  { url }: DestinationRequest,
): Promise<DriveFolder | undefined> {
  const path = decodeRelaxed(url.path);
  const parts = splitPath(path);
  const marked = path.includes('//') ? [splitPath(path.slice(0, path.indexOf('//')))] : [];
  const shorter = parts.map((_, index) => parts.slice(0, parts.length - index));
  for (const site of [...marked, ...shorter]) {
    const address = `${endpoint}/sites/${url.host}:/${encodePathParts(site.join('/'))}`;
    const response = await client.send({ method: 'GET', url: new URL(address), limit: 'short' });
    if (response.status !== 200) {
      await discardBody(response);
      continue;
    }
    const id = requiredText(await readJson(response), 'id');
    const drive = `${endpoint}/sites/${encodeURIComponent(id)}/drive`;
    const failure = { action: "find the site's documents" };
    const facts = await client.json({ method: 'GET', url: new URL(drive), limit: 'short', failure });
    const covered = splitPath(decodeURIComponent(new URL(requiredText(facts, 'webUrl')).pathname));
    return { drive, folders: below(parts, covered, site) };
  }
  return undefined;
}

/**
 * The folders of a path below the site's documents; one that does not name the documents is below them all
 * the same.
 */
function below(
  parts: readonly string[],
  documents: readonly string[],
  site: readonly string[],
): readonly string[] {
  const namesDocuments = documents.every((part, index) => part.toLowerCase() === parts[index]?.toLowerCase());
  return parts.slice(namesDocuments ? documents.length : site.length);
}

function noSite({ url }: DestinationRequest): DestinationError {
  return new DestinationError('destination-refused', `There is no site on ${url.host} at that path.`, {
    details: { host: url.host ?? '', path: url.path },
    hint: 'Separate the path of the site from the folder by two slashes, or give --site-id.',
  });
}
