import { type Abilities, type ByteRange, type FreeSpace, UNTOLD_SPACE } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { GOOGLE_ERRORS, GOOGLE_TOKEN_URL } from './google/google-errors.ts';
import { uploadResumable } from './google/resumable-upload.ts';
import {
  type DriveParts,
  ensureFolder,
  filesUrl,
  findFiles,
  findFolder,
} from './google-drive/drive-client.ts';
import { fileMissing, folderMissing, nameTaken } from './support/file-failures.ts';
import { folderPath } from './support/folder-path.ts';
import { checkStored, hashSource } from './support/hashed-source.ts';
import type { HttpClient, HttpResponse } from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { numberAt, requiredText, textAt, timeAt } from './support/json.ts';
import { endpointOf, openClient } from './support/oauth/index.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';
import { SharedValue } from './support/shared-value.ts';

const OAUTH = { module: 'googledrive', tokenUrl: GOOGLE_TOKEN_URL };

export function openGoogleDrive(request: DestinationRequest): GoogleDrive {
  const { url, settings } = request;
  const { http, client } = openClient(request, OAUTH, GOOGLE_ERRORS);
  const teamDriveId = settings.get('googledrive-teamdrive-id');
  const endpoint = endpointOf(settings, 'https://www.googleapis.com');
  return new GoogleDrive({ client, endpoint, teamDriveId }, folderPath(url), http);
}

/**
 * A folder on Google Drive (version 3 of its interface). Names are not unique there: of several files of one
 * name the newest counts, and the others go when it is stored anew or deleted.
 */
export class GoogleDrive
  implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange' | 'freeSpace'>
{
  readonly #parts: DriveParts;
  readonly #folders: readonly string[];
  readonly #http: HttpClient;
  readonly #folderId: SharedValue<string>;

  constructor(parts: DriveParts, folders: readonly string[], http: HttpClient) {
    this.#parts = parts;
    this.#folders = folders;
    this.#http = http;
    this.#folderId = new SharedValue(() => this.#findFolder());
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    const seen = new Set<string>();
    const parentId = await this.#folder(options);
    for await (const file of this.#watched(findFiles(this.#parts, { parentId, kind: 'files' }, options))) {
      const name = textAt(file, 'name') ?? '';
      if (seen.has(name)) continue;
      seen.add(name);
      yield {
        name,
        sizeBytes: numberAt(file, 'size') ?? -1,
        modifiedAtMs: timeAt(file, 'modifiedTime'),
      };
    }
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    yield* (await this.#read(name, {}, options)).body;
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    return readRange(await this.#read(name, rangeHeader(range), options), name, range);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    const parentId = await this.#folder(options);
    const url = new URL(`${this.#parts.endpoint}/upload/drive/v3/files`);
    url.searchParams.set('uploadType', 'resumable');
    url.searchParams.set('supportsAllDrives', 'true');
    url.searchParams.set('fields', 'id,size,md5Checksum');
    const hashed = hashSource(source, 'md5');
    const upload = {
      url,
      metadata: { name, parents: [parentId] },
      source: hashed.source,
      failure: { action: `store '${name}'`, missing: 'destination-folder-missing' },
    } as const;
    const stored = await uploadResumable(this.#parts.client, upload, options).catch((error: unknown) =>
      this.#forgetFolder(parentId, error),
    );
    const id = requiredText(stored, 'id');
    try {
      checkStored(
        name,
        { sizeBytes: numberAt(stored, 'size'), checksum: textAt(stored, 'md5Checksum') },
        { sizeBytes: source.sizeBytes, checksum: hashed.digest().toString('hex') },
      );
    } catch (error) {
      await this.#remove(id, name, {}).catch(() => {});
      throw error;
    }
    const ids = await this.#findIds(name, options);
    for (const older of ids.slice(ids.indexOf(id) + 1)) await this.#remove(older, name, options);
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    const ids = await this.#findIds(name, options);
    if (ids.length === 0) throw fileMissing(name);
    for (const id of ids) await this.#remove(id, name, options);
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    checkRemotePath(newName);
    const parentId = await this.#folder(options);
    const [id] = await this.#findIds(name, options);
    if (id === undefined) throw fileMissing(name);
    const below = newName.split('/');
    const lastName = below.pop() ?? '';
    let newParentId = parentId;
    for (const part of below) newParentId = await ensureFolder(this.#parts, newParentId, part, options);
    const taken = findFiles(this.#parts, { parentId: newParentId, kind: 'files', name: lastName }, options);
    for await (const _file of taken) throw nameTaken(name, newName);
    const url = filesUrl(this.#parts, id);
    if (newParentId !== parentId) {
      url.searchParams.set('addParents', newParentId);
      url.searchParams.set('removeParents', parentId);
    }
    await this.#parts.client.done({
      ...options,
      method: 'PATCH',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: lastName }),
      limit: 'short',
      failure: { action: `rename '${name}' to '${newName}'`, missing: 'destination-file-missing' },
    });
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    let id = this.#rootId;
    for (const name of this.#folders) id = await ensureFolder(this.#parts, id, name, options);
  }

  /** Of the user's drive: nothing is told of shared ones. */
  async freeSpace(options: SignalOptions = {}): Promise<FreeSpace> {
    if (this.#parts.teamDriveId !== undefined) return UNTOLD_SPACE;
    const url = new URL(`${this.#parts.endpoint}/drive/v3/about`);
    url.searchParams.set('fields', 'storageQuota(limit,usage)');
    const failure = { action: 'ask for the free space' };
    const about = await this.#parts.client.json({ ...options, method: 'GET', url, limit: 'short', failure });
    // Without a limit there is as much as numbers can say.
    const totalBytes = numberAt(about, 'storageQuota', 'limit') ?? Number.MAX_SAFE_INTEGER;
    const usedBytes = numberAt(about, 'storageQuota', 'usage') ?? 0;
    return { totalBytes, freeBytes: Math.max(0, totalBytes - usedBytes) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]();
  }

  async #read(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    checkRemoteName(name);
    const [id] = await this.#findIds(name, options);
    if (id === undefined) throw fileMissing(name);
    const url = filesUrl(this.#parts, id);
    url.searchParams.set('alt', 'media');
    return this.#parts.client.expect({
      ...options,
      method: 'GET',
      url,
      headers,
      limit: 'transfer',
      statuses: [200, 206, 416],
      failure: { action: `read '${name}'`, missing: 'destination-file-missing' },
    });
  }

  async #remove(id: string, name: string, options: SignalOptions): Promise<void> {
    await this.#parts.client.done({
      ...options,
      method: 'DELETE',
      url: filesUrl(this.#parts, id),
      limit: 'short',
      // Whoever else deletes the same file has done what is wanted.
      statuses: [200, 204, 404],
      failure: { action: `delete '${name}'` },
    });
  }

  /** The files of a name, the newest first. */
  async #findIds(name: string, options: SignalOptions): Promise<string[]> {
    const parentId = await this.#folder(options);
    const ids: string[] = [];
    const found = findFiles(this.#parts, { parentId, kind: 'files', name }, options);
    for await (const file of this.#watched(found)) ids.push(requiredText(file, 'id'));
    return ids;
  }

  async #folder(options: SignalOptions): Promise<string> {
    options.signal?.throwIfAborted();
    return this.#folderId.get(options);
  }

  async #findFolder(): Promise<string> {
    let id: string | undefined = this.#rootId;
    for (const name of this.#folders) {
      id = await findFolder(this.#parts, id, name, {});
      if (id === undefined) throw folderMissing(this.#folders.join('/'));
    }
    return id;
  }

  /** Passes everything on, and forgets the folder's id when there is no such folder any more. */
  async *#watched<T>(files: AsyncIterable<T>): AsyncGenerator<T> {
    const id = await this.#folderId.get({});
    try {
      yield* files;
    } catch (error) {
      this.#forgetFolder(id, error);
    }
  }

  #forgetFolder(id: string, error: unknown): never {
    if (error instanceof DestinationError && error.code === 'destination-folder-missing')
      this.#folderId.drop(id);
    throw error;
  }

  get #rootId(): string {
    return this.#parts.teamDriveId ?? 'root';
  }
}
