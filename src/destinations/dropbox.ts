import type { Abilities, ByteRange, FreeSpace } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { ContentHash } from './dropbox/content-hash.ts';
import { DROPBOX_ERRORS, DropboxClient } from './dropbox/dropbox-client.ts';
import { uploadFile } from './dropbox/upload.ts';
import { fileMissing, folderStays, nameTaken } from './support/file-failures.ts';
import { twiceDecodedFolderPath } from './support/folder-path.ts';
import { checkStored, hashSource } from './support/hashed-source.ts';
import { HttpClient, type HttpResponse, readHttpSettings } from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { numberAt, objectsAt, requiredText, textAt, timeAt, valueAt } from './support/json.ts';
import { BearerClient, endpointOf, fixedToken, openTokens } from './support/oauth/index.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';
import { SharedValue } from './support/shared-value.ts';

const OAUTH = { module: 'dropbox', tokenUrl: 'https://api.dropboxapi.com/oauth2/token' };

export function openDropbox(request: DestinationRequest): Dropbox {
  const { url, settings, log } = request;
  const http = new HttpClient(readHttpSettings(settings), log);
  const authid = settings.get('authid');
  // Ids of the login service hold a colon; what does not is a token itself.
  const isToken = authid !== undefined && !authid.includes(':');
  const tokens = isToken ? fixedToken(authid) : openTokens(request, OAUTH, http);
  const client = new DropboxClient(new BearerClient(http, tokens, DROPBOX_ERRORS), {
    api: endpointOf(settings, 'https://api.dropboxapi.com'),
    content: endpointOf(settings, 'https://content.dropboxapi.com'),
  });
  return new Dropbox(client, twiceDecodedFolderPath(url), http);
}

/** A folder on Dropbox (version 2 of its interface). */
export class Dropbox
  implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange' | 'freeSpace'>
{
  readonly #client: DropboxClient;
  /** Empty for the outermost folder, else it begins with a slash. */
  readonly #folder: string;
  readonly #http: HttpClient;
  /** Looked for before the first upload, because the storage would make it. */
  readonly #presence = new SharedValue(() => this.#checkFolder({}));

  constructor(client: DropboxClient, folders: readonly string[], http: HttpClient) {
    this.#client = client;
    this.#folder = folders.map((folder) => `/${folder}`).join('');
    this.#http = http;
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    const call = {
      ...options,
      action: 'list the folder',
      limit: 'list',
      codes: { 'path/not_found': 'destination-folder-missing' },
    } as const;
    const argument = { path: this.#folder, recursive: false, limit: 1000 };
    let page = await this.#client.call({ ...call, verb: 'files/list_folder', argument });
    for (;;) {
      for (const entry of objectsAt(page, 'entries')) {
        if (textAt(entry, '.tag') !== 'file') continue;
        yield {
          name: requiredText(entry, 'name'),
          sizeBytes: numberAt(entry, 'size') ?? -1,
          modifiedAtMs: timeAt(entry, 'server_modified'),
        };
      }
      if (valueAt(page, 'has_more') !== true) return;
      const cursor = requiredText(page, 'cursor');
      page = await this.#client.call({ ...call, verb: 'files/list_folder/continue', argument: { cursor } });
    }
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    yield* (await this.#read(name, {}, options)).body;
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    return readRange(await this.#read(name, rangeHeader(range), options), name, range);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    const path = this.#pathOf(name);
    options.signal?.throwIfAborted();
    await this.#presence.get(options);
    const hashed = hashSource(source, () => new ContentHash());
    const upload = { path, source: hashed.source, action: `store '${name}'` };
    const stored = await uploadFile(this.#client, upload, options);
    checkStored(
      name,
      { sizeBytes: numberAt(stored, 'size'), checksum: textAt(stored, 'content_hash') },
      { sizeBytes: source.sizeBytes, checksum: hashed.digest().toString('hex') },
    );
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    const argument = { path: this.#pathOf(name) };
    const codes = {
      'path/not_found': 'destination-file-missing',
      'path_lookup/not_found': 'destination-file-missing',
    } as const;
    const action = `delete '${name}'`;
    const found = await this.#orMissing(
      name,
      this.#client.call({ ...options, verb: 'files/get_metadata', argument, action, codes }),
    );
    if (textAt(found, '.tag') === 'folder') throw folderStays(name);
    await this.#orMissing(
      name,
      this.#client.call({ ...options, verb: 'files/delete_v2', argument, action, codes }),
    );
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    const from = this.#pathOf(name);
    checkRemotePath(newName);
    const argument = { from_path: from, to_path: `${this.#folder}/${newName}`, autorename: false };
    const codes = {
      'from_lookup/not_found': 'destination-file-missing',
      'to/conflict/file': 'destination-file-exists',
    } as const;
    const action = `rename '${name}' to '${newName}'`;
    try {
      const call = { ...options, verb: 'files/move_v2', argument, action, codes };
      await this.#orMissing(name, this.#client.call(call));
    } catch (error) {
      throw codeOf(error) === 'destination-file-exists' ? nameTaken(name, newName) : error;
    }
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    if (this.#folder === '') return;
    const argument = { path: this.#folder, autorename: false };
    const codes = { 'path/conflict/folder': 'destination-file-exists' } as const;
    try {
      const action = 'create the folder';
      await this.#client.call({ ...options, verb: 'files/create_folder_v2', argument, action, codes });
    } catch (error) {
      if (codeOf(error) !== 'destination-file-exists') throw error;
    }
  }

  async freeSpace(options: SignalOptions = {}): Promise<FreeSpace> {
    const action = 'ask for the free space';
    const space = await this.#client.call({
      ...options,
      verb: 'users/get_space_usage',
      argument: {},
      action,
    });
    const totalBytes = numberAt(space, 'allocation', 'allocated') ?? 0;
    const usedBytes = numberAt(space, 'allocation', 'used') ?? numberAt(space, 'used') ?? 0;
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
    const argument = { path: this.#pathOf(name) };
    const codes = { 'path/not_found': 'destination-file-missing' } as const;
    const order = { ...options, verb: 'files/download', argument, headers, action: `read '${name}'`, codes };
    const response = await this.#client.transfer(order);
    return this.#orMissing(name, this.#client.expect(response, order, [200, 206, 416]));
  }

  /** Tells a missing file from a missing folder, which the storage answers alike. */
  async #orMissing<T>(name: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (codeOf(error) !== 'destination-file-missing') throw error;
      await this.#checkFolder({});
      throw fileMissing(name);
    }
  }

  async #checkFolder(options: SignalOptions): Promise<true> {
    if (this.#folder === '') return true;
    await this.#client.call({
      ...options,
      verb: 'files/get_metadata',
      argument: { path: this.#folder },
      action: 'find the folder',
      codes: { 'path/not_found': 'destination-folder-missing' },
    });
    return true;
  }

  #pathOf(name: string): string {
    checkRemoteName(name);
    return `${this.#folder}/${name}`;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof DestinationError ? error.code : undefined;
}
