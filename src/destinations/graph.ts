import { type Abilities, type ByteRange, type FreeSpace, UNTOLD_SPACE } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import {
  type DriveFolder,
  type FindFolder,
  groupFolder,
  oneDriveFolder,
  sharePointFolder,
} from './graph/drives.ts';
import { GRAPH_ERRORS } from './graph/graph-errors.ts';
import { QuickXorHash } from './graph/quick-xor-hash.ts';
import { uploadFile } from './graph/upload.ts';
import { encodePathParts } from './support/encode-path.ts';
import { folderStays, nameTaken } from './support/file-failures.ts';
import { checkStored, hashSource } from './support/hashed-source.ts';
import { discardBody, type HttpClient, type HttpResponse, headerOf } from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { numberAt, objectsAt, readJson, requiredText, textAt, timeAt, valueAt } from './support/json.ts';
import { type BearerClient, endpointOf, openClient } from './support/oauth/index.ts';
import { requireFile } from './support/oauth/require-file.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';
import type { SessionSettings } from './support/sessions/upload-in-session.ts';
import { SharedValue } from './support/shared-value.ts';

const TOKEN_URL = 'https://login.microsoftonline.com/common/oauth2/v2.0/token';
/** Parts of an upload must be multiples of it. */
const STEP_BYTES = 320 * 1024;

export function openOneDrive(request: DestinationRequest): GraphFolder {
  return openGraph(request, oneDriveFolder(request));
}

export function openSharePoint(request: DestinationRequest): GraphFolder {
  return openGraph(request, sharePointFolder(request));
}

export function openMicrosoftGroup(request: DestinationRequest): GraphFolder {
  return openGraph(request, groupFolder(request));
}

function openGraph(request: DestinationRequest, findFolder: FindFolder): GraphFolder {
  const { settings, url } = request;
  const { http, client } = openClient(request, { module: url.scheme, tokenUrl: TOKEN_URL }, GRAPH_ERRORS);
  const endpoint = `${endpointOf(settings, 'https://graph.microsoft.com')}/v1.0`;
  const session = {
    chunkBytes: Math.max(1, Math.floor(settings.get('fragment-size') / STEP_BYTES)) * STEP_BYTES,
    retries: settings.get('fragment-retry-count'),
    delayMs: settings.get('fragment-retry-delay'),
  };
  return new GraphFolder({ http, client, session, findFolder: () => findFolder(client, endpoint) });
}

export interface GraphParts {
  readonly http: HttpClient;
  readonly client: BearerClient;
  readonly session: SessionSettings;
  readonly findFolder: () => Promise<DriveFolder>;
}

/** A folder on a drive that Microsoft Graph (version 1.0) knows: OneDrive, SharePoint, groups. */
export class GraphFolder
  implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange' | 'freeSpace'>
{
  readonly #client: BearerClient;
  readonly #parts: GraphParts;
  readonly #place: SharedValue<DriveFolder>;
  /** Looked for before the first upload, because the storage would make it. */
  readonly #presence = new SharedValue(() => this.#checkFolder());

  constructor(parts: GraphParts) {
    this.#parts = parts;
    this.#client = parts.client;
    this.#place = new SharedValue(parts.findFolder);
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    const failure = { action: 'list the folder', missing: 'destination-folder-missing' } as const;
    const { drive, folders } = await this.#place.get(options);
    const fields = '$top=1000&$select=name,size,lastModifiedDateTime,file,deleted';
    let next: string | undefined = `${addressOf(drive, folders)}/children?${fields}`;
    while (next !== undefined) {
      const request = { ...options, method: 'GET', url: new URL(next), limit: 'list', failure } as const;
      const page = await this.#client.json(request);
      for (const item of objectsAt(page, 'value')) {
        if (valueAt(item, 'file') === undefined || valueAt(item, 'deleted') !== undefined) continue;
        yield {
          name: requiredText(item, 'name'),
          sizeBytes: numberAt(item, 'size') ?? -1,
          modifiedAtMs: timeAt(item, 'lastModifiedDateTime'),
        };
      }
      next = textAt(page, '@odata.nextLink');
    }
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    yield* (await this.#read(name, {}, options)).body;
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    return readRange(await this.#read(name, rangeHeader(range), options), name, range);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    const address = await this.#fileAddress(name, options);
    await this.#presence.get(options);
    const hashed = hashSource(source, () => new QuickXorHash());
    const failure = { action: `store '${name}'`, missing: 'destination-folder-missing' } as const;
    const { session: settings } = this.#parts;
    const upload = { address, source: hashed.source, settings, failure };
    const stored = await uploadFile(this.#client, upload, options);
    checkStored(
      name,
      { sizeBytes: numberAt(stored, 'size'), checksum: textAt(stored, 'file', 'hashes', 'quickXorHash') },
      { sizeBytes: source.sizeBytes, checksum: hashed.digest().toString('base64') },
    );
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    const url = new URL(await this.#fileAddress(name, options));
    const action = `delete '${name}'`;
    const look = await this.#client.send({ ...options, method: 'GET', url, limit: 'short' });
    const item = await readJson(await this.#found(look, name, action, [200]));
    if (valueAt(item, 'folder') !== undefined) throw folderStays(name);
    const response = await this.#client.send({ ...options, method: 'DELETE', url, limit: 'short' });
    await discardBody(await this.#found(response, name, action, [200, 204]));
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemotePath(newName);
    const url = new URL(await this.#fileAddress(name, options));
    const { drive, folders } = await this.#place.get(options);
    const below = newName.split('/');
    const lastName = below.pop();
    const parent =
      below.length === 0
        ? {}
        : { parentReference: { id: await this.#makeFolders(drive, folders, below, options) } };
    const response = await this.#client.send({
      ...options,
      method: 'PATCH',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: lastName, ...parent, '@microsoft.graph.conflictBehavior': 'fail' }),
      limit: 'short',
    });
    if (response.status === 409) {
      await discardBody(response);
      throw nameTaken(name, newName);
    }
    await discardBody(await this.#found(response, name, `rename '${name}' to '${newName}'`, [200]));
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    const { drive, folders } = await this.#place.get(options);
    await this.#makeFolders(drive, [], folders, options);
  }

  async freeSpace(options: SignalOptions = {}): Promise<FreeSpace> {
    const { drive } = await this.#place.get(options);
    const url = new URL(`${drive}?$select=quota`);
    const failure = { action: 'ask for the free space' };
    const facts = await this.#client.json({ ...options, method: 'GET', url, limit: 'short', failure });
    const totalBytes = numberAt(facts, 'quota', 'total');
    const freeBytes = numberAt(facts, 'quota', 'remaining');
    return totalBytes === undefined || freeBytes === undefined ? UNTOLD_SPACE : { totalBytes, freeBytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.http[Symbol.dispose]();
  }

  /** Downloads come from another address, which is its own permission. */
  async #read(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const url = new URL(`${await this.#fileAddress(name, options)}:/content`);
    const action = `read '${name}'`;
    const request = { ...options, method: 'GET', url, headers, limit: 'transfer' } as const;
    const response = await this.#client.send(request);
    const location = response.status === 302 ? headerOf(response, 'location') : undefined;
    if (location === undefined) return this.#found(response, name, action, [200, 206, 416]);
    await discardBody(response);
    const content = await this.#client.sendPlain({ ...request, url: new URL(location, url) });
    return this.#found(content, name, action, [200, 206, 416]);
  }

  #found(
    response: HttpResponse,
    name: string,
    action: string,
    statuses: readonly number[],
  ): Promise<HttpResponse> {
    const checkFolder = () => this.#checkFolder();
    return requireFile(this.#client, response, { name, action, statuses, checkFolder });
  }

  async #checkFolder(): Promise<true> {
    const { drive, folders } = await this.#place.get({});
    const failure = { action: 'find the folder', missing: 'destination-folder-missing' } as const;
    const url = new URL(addressOf(drive, folders, ''));
    await this.#client.done({ method: 'GET', url, limit: 'short', failure });
    return true;
  }

  /** Makes what is not there yet of `folders` in `start`, level by level, and gives the id of the innermost. */
  async #makeFolders(
    drive: string,
    start: readonly string[],
    folders: readonly string[],
    options: SignalOptions,
  ): Promise<string> {
    let id = '';
    for (const [index, name] of folders.entries()) {
      const parent = [...start, ...folders.slice(0, index)];
      const request = {
        ...options,
        method: 'POST',
        url: new URL(`${addressOf(drive, parent)}/children`),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, folder: {}, '@microsoft.graph.conflictBehavior': 'fail' }),
        limit: 'short',
        failure: { action: `create the folder '${name}'`, missing: 'destination-folder-missing' },
        statuses: [200, 201],
      } as const;
      const made = await this.#client.json(request).catch(async (error: unknown) => {
        if (!(error instanceof DestinationError) || error.code !== 'destination-file-exists') throw error;
        const url = new URL(addressOf(drive, [...parent, name], ''));
        return this.#client.json({ ...request, method: 'GET', url, body: '' });
      });
      id = requiredText(made, 'id');
    }
    return id;
  }

  async #fileAddress(name: string, options: SignalOptions): Promise<string> {
    checkRemoteName(name);
    options.signal?.throwIfAborted();
    const { drive, folders } = await this.#place.get(options);
    return addressOf(drive, [...folders, name], '');
  }
}

/** The address of a folder or file by its path, ending so that a verb can be added. */
function addressOf(drive: string, path: readonly string[], end = ':'): string {
  return path.length === 0 ? `${drive}/root` : `${drive}/root:/${encodePathParts(path.join('/'))}${end}`;
}
