import type { Abilities, ByteRange, FreeSpace } from './abilities.ts';
import {
  BOX_ERRORS,
  type BoxParts,
  ensureFolder,
  findFile,
  findFolder,
  folderItems,
  readConflict,
} from './box/box-client.ts';
import { uploadParts } from './box/upload-session.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { fileMissing, folderMissing, nameTaken } from './support/file-failures.ts';
import { folderPath } from './support/folder-path.ts';
import { checkStored, hashSource } from './support/hashed-source.ts';
import { discardBody, type HttpClient, type HttpResponse, headerOf } from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { type JsonObject, numberAt, objectsAt, requiredText, textAt, timeAt } from './support/json.ts';
import { multipartForm } from './support/multipart-form.ts';
import { endpointOf, openClient } from './support/oauth/index.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';
import { SharedValue } from './support/shared-value.ts';

const OAUTH = { module: 'box.com', tokenUrl: 'https://api.box.com/oauth2/token' };
const ROOT_ID = '0';
/** Larger files are sent in parts, as Box wishes it. */
const LARGE_BYTES = 50_000_000;

export function openBox(request: DestinationRequest): Box {
  const { url, settings } = request;
  const { http, client } = openClient(request, OAUTH, BOX_ERRORS);
  const parts = {
    client,
    api: endpointOf(settings, 'https://api.box.com'),
    uploads: endpointOf(settings, 'https://upload.box.com'),
  };
  return new Box(parts, {
    http,
    folders: folderPath(url),
    deletes: settings.get('box-delete-from-trash') ? 'for good' : 'into the trash',
  });
}

export interface BoxSettings {
  readonly http: HttpClient;
  readonly folders: readonly string[];
  readonly deletes: 'for good' | 'into the trash';
}

interface StoreOrder {
  readonly folderId: string;
  readonly name: string;
  readonly source: UploadSource;
  /** The SHA-1 of all bytes, once they were read. */
  readonly sha1: () => Buffer;
  readonly id: string | undefined;
}

/** A folder on Box (version 2.0 of its interface). */
export class Box
  implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange' | 'freeSpace'>
{
  readonly #parts: BoxParts;
  readonly #settings: BoxSettings;
  readonly #folderId: SharedValue<string>;

  constructor(parts: BoxParts, settings: BoxSettings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#folderId = new SharedValue(() => this.#findFolder());
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    options.signal?.throwIfAborted();
    const folderId = await this.#folderId.get(options);
    try {
      for await (const item of folderItems(this.#parts, folderId, options)) {
        if (textAt(item, 'type') !== 'file') continue;
        yield {
          name: requiredText(item, 'name'),
          sizeBytes: numberAt(item, 'size') ?? -1,
          modifiedAtMs: timeAt(item, 'modified_at'),
        };
      }
    } catch (error) {
      throw this.#heed(folderId, error);
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
    const sha1 = hashSource(source, 'sha1');
    let checksum: Buffer | undefined;
    const digest = (): Buffer => {
      checksum ??= sha1.digest();
      return checksum;
    };
    const order = { name, source: sha1.source, sha1: digest };
    const stored = await this.#inFolder(options, async (folderId) => {
      const id = await findFile(this.#parts, { folderId, name }, options);
      return this.#store({ ...order, folderId, id }, options);
    });
    checkStored(
      name,
      { sizeBytes: numberAt(stored, 'size'), checksum: textAt(stored, 'sha1')?.toLowerCase() },
      { sizeBytes: source.sizeBytes, checksum: digest().toString('hex') },
    );
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    const id = await this.#requireFile(name, options);
    await this.#remove(name, `files/${id}`, options);
    if (this.#settings.deletes === 'for good') await this.#remove(name, `files/${id}/trash`, options);
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemotePath(newName);
    const id = await this.#requireFile(name, options);
    const below = newName.split('/');
    const lastName = below.pop();
    let parentId = await this.#folderId.get(options);
    for (const part of below) parentId = await ensureFolder(this.#parts, parentId, part, options);
    const { client, api } = this.#parts;
    const response = await client.send({
      ...options,
      method: 'PUT',
      url: new URL(`${api}/2.0/files/${id}`),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: lastName, parent: { id: parentId } }),
      limit: 'short',
    });
    if (response.status === 409) {
      await discardBody(response);
      throw nameTaken(name, newName);
    }
    const failure = { action: `rename '${name}'`, missing: 'destination-file-missing' } as const;
    if (response.status !== 200) throw await client.failure(response, failure);
    await discardBody(response);
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    let id = ROOT_ID;
    for (const name of this.#settings.folders) id = await ensureFolder(this.#parts, id, name, options);
  }

  async freeSpace(options: SignalOptions = {}): Promise<FreeSpace> {
    const { client, api } = this.#parts;
    const url = new URL(`${api}/2.0/users/me?fields=space_amount,space_used`);
    const failure = { action: 'ask for the free space' };
    const user = await client.json({ ...options, method: 'GET', url, limit: 'short', failure });
    const totalBytes = numberAt(user, 'space_amount') ?? 0;
    return { totalBytes, freeBytes: Math.max(0, totalBytes - (numberAt(user, 'space_used') ?? 0)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#settings.http[Symbol.dispose]();
  }

  /** Stores a file of a new name, or a new version of the file `id`. */
  async #store(order: StoreOrder, options: SignalOptions): Promise<JsonObject> {
    const { client } = this.#parts;
    const failure = { action: `store '${order.name}'`, missing: 'destination-folder-missing' } as const;
    const isLarge = order.source.sizeBytes > LARGE_BYTES;
    const response = await (isLarge ? this.#beginSession(order, options) : this.#sendForm(order, options));
    const answer = await readConflict(client, response, [200, 201], failure);
    // Another client was faster with the same name.
    if ('conflictId' in answer) return this.#store({ ...order, id: answer.conflictId }, options);
    const { source, sha1 } = order;
    const { body } = answer;
    const stored = isLarge
      ? await uploadParts(client, { begun: body, source, sha1, failure }, options)
      : body;
    return objectsAt(stored, 'entries')[0] ?? {};
  }

  #sendForm({ folderId, name, source, id }: StoreOrder, options: SignalOptions): Promise<HttpResponse> {
    const attributes = JSON.stringify(id === undefined ? { name, parent: { id: folderId } } : { name });
    const form = multipartForm({ attributes }, { field: 'file', fileName: name, source });
    return this.#parts.client.send({
      ...options,
      method: 'POST',
      url: this.#uploadUrl(id, 'content'),
      headers: { 'content-type': form.contentType },
      body: form.body,
      limit: 'transfer',
    });
  }

  #beginSession({ folderId, name, source, id }: StoreOrder, options: SignalOptions): Promise<HttpResponse> {
    const size = { file_name: name, file_size: source.sizeBytes };
    return this.#parts.client.send({
      ...options,
      method: 'POST',
      url: this.#uploadUrl(id, 'upload_sessions'),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(id === undefined ? { folder_id: folderId, ...size } : size),
      limit: 'short',
    });
  }

  #uploadUrl(id: string | undefined, verb: string): URL {
    const file = id === undefined ? '' : `${encodeURIComponent(id)}/`;
    return new URL(`${this.#parts.uploads}/api/2.0/files/${file}${verb}`);
  }

  /** Downloads come from another address, which is its own permission. */
  async #read(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const id = await this.#requireFile(name, options);
    const { client, api } = this.#parts;
    const url = new URL(`${api}/2.0/files/${id}/content`);
    const failure = { action: `read '${name}'`, missing: 'destination-file-missing' } as const;
    const request = { ...options, method: 'GET', url, headers, limit: 'transfer' } as const;
    const response = await client.expect({ ...request, failure, statuses: [200, 206, 302, 416] });
    const location = headerOf(response, 'location');
    if (response.status !== 302 || location === undefined) return response;
    await discardBody(response);
    const content = await client.sendPlain({ ...request, url: new URL(location) });
    if ([200, 206, 416].includes(content.status)) return content;
    throw await client.failure(content, failure);
  }

  async #remove(name: string, path: string, options: SignalOptions): Promise<void> {
    const { client, api } = this.#parts;
    const failure = { action: `delete '${name}'`, missing: 'destination-file-missing' } as const;
    const url = new URL(`${api}/2.0/${path}`);
    await client.done({ ...options, method: 'DELETE', url, limit: 'short', statuses: [200, 204], failure });
  }

  async #requireFile(name: string, options: SignalOptions): Promise<string> {
    checkRemoteName(name);
    const id = await this.#inFolder(options, (folderId) =>
      findFile(this.#parts, { folderId, name }, options),
    );
    if (id === undefined) throw fileMissing(name);
    return encodeURIComponent(id);
  }

  async #inFolder<T>(options: SignalOptions, work: (folderId: string) => Promise<T>): Promise<T> {
    options.signal?.throwIfAborted();
    const folderId = await this.#folderId.get(options);
    try {
      return await work(folderId);
    } catch (error) {
      throw this.#heed(folderId, error);
    }
  }

  /** Forgets the folder's id when there is no such folder any more. */
  #heed(folderId: string, error: unknown): unknown {
    if (error instanceof DestinationError && error.code === 'destination-folder-missing')
      this.#folderId.drop(folderId);
    return error;
  }

  async #findFolder(): Promise<string> {
    const { folders } = this.#settings;
    let id: string | undefined = ROOT_ID;
    for (const name of folders) {
      id = await findFolder(this.#parts, id, name);
      if (id === undefined) throw folderMissing(folders.join('/'));
    }
    return id;
  }
}
