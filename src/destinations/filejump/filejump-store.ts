import type { ByteRange } from '../abilities.ts';
import type { SignalOptions, UploadSource } from '../destination.ts';
import { fileMissing } from '../support/file-failures.ts';
import { checkStored } from '../support/hashed-source.ts';
import {
  discardBody,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  headerOf,
} from '../support/http/index.ts';
import { rangeHeader, readRange } from '../support/http/read-range.ts';
import type { MovingIdStore, StoredFolder } from '../support/id-store.ts';
import { recordAt } from '../support/json.ts';
import { multipartForm } from '../support/multipart-form.ts';
import {
  addressOf,
  change,
  type EntriesParts,
  type Entry,
  listEntries,
  parentIdOf,
  ROOT_ID,
  readEntry,
  storedEntry,
} from './entries.ts';
import { readRefusal } from './read-refusal.ts';

export interface FilejumpSettings {
  readonly http: HttpClient;
  readonly deletes: 'for good' | 'into the trash';
}

/** The entries of Filejump, and of services that speak as it does. */
export class FilejumpStore implements MovingIdStore<Entry> {
  protected readonly parts: EntriesParts;
  readonly #settings: FilejumpSettings;

  constructor(parts: EntriesParts, settings: FilejumpSettings) {
    this.parts = parts;
    this.#settings = settings;
  }

  async findRoot(): Promise<string> {
    return ROOT_ID;
  }

  async *listFolders(parentId: string, options: SignalOptions): AsyncGenerator<StoredFolder> {
    for await (const entry of listEntries(this.parts, parentId, options))
      if (entry.kind === 'folder') yield entry;
  }

  async *listFiles(folderId: string, options: SignalOptions): AsyncGenerator<Entry> {
    for await (const entry of listEntries(this.parts, folderId, options))
      if (entry.kind === 'file') yield entry;
  }

  async createFolder(parentId: string, name: string, options: SignalOptions): Promise<string> {
    const body = { name, parentId: parentIdOf(parentId) };
    const failure = { action: `create the folder '${name}'` };
    const request = change(this.parts, 'POST', 'folders', body, { ...options, failure });
    return readEntry(recordAt(await this.parts.client.json(request), 'folder')).id;
  }

  async open(file: Entry, options: SignalOptions): Promise<AsyncIterable<Uint8Array>> {
    return (await this.#read(file, {}, options)).body;
  }

  async readRange(file: Entry, range: ByteRange, options: SignalOptions): Promise<Uint8Array> {
    return readRange(await this.#read(file, rangeHeader(range), options), file.name, range);
  }

  async upload(
    folderId: string,
    { name, source }: { readonly name: string; readonly source: UploadSource },
    options: SignalOptions,
  ): Promise<Entry> {
    const stored = await this.send(folderId, { name, source }, options);
    checkStored(name, { sizeBytes: stored.sizeBytes }, { sizeBytes: source.sizeBytes });
    // The storage may have made the name another one while an older file had it.
    if (stored.name !== name) await this.#change(stored, { name }, options);
    return { ...stored, name };
  }

  async remove(files: readonly Entry[], options: SignalOptions): Promise<void> {
    const body = {
      entryIds: files.map(({ age: number }) => number),
      deleteForever: this.#settings.deletes === 'for good',
    };
    const [name = ''] = files.map((file) => file.name);
    const failure = {
      action: `delete '${name}'`,
      missing: 'destination-file-missing',
      read: readRefusal,
      codes: { entryIds: 'destination-file-missing' },
    } as const;
    const request = change(this.parts, 'POST', 'file-entries/delete', body, { ...options, failure });
    await this.parts.client.done(request);
  }

  async move(
    file: Entry,
    target: { readonly folderId: string; readonly name: string; readonly isElsewhere: boolean },
    options: SignalOptions,
  ): Promise<void> {
    if (target.isElsewhere) {
      const body = { entryIds: [file.age], destinationId: parentIdOf(target.folderId) };
      const failure = { action: `rename '${file.name}' to '${target.name}'` };
      const request = change(this.parts, 'POST', 'file-entries/move', body, { ...options, failure });
      await this.parts.client.done(request);
    }
    if (target.name !== file.name) await this.#change(file, { name: target.name }, options);
  }

  close(): void {
    this.#settings.http[Symbol.dispose]();
  }

  /** Sends the bytes of a new file, in one request. */
  protected async send(
    folderId: string,
    { name, source }: { readonly name: string; readonly source: UploadSource },
    options: SignalOptions,
  ): Promise<Entry> {
    const { client, workspaceId } = this.parts;
    const form = multipartForm(
      {
        ...(folderId === ROOT_ID ? {} : { parentId: folderId }),
        ...(workspaceId === undefined ? {} : { workspaceId: String(workspaceId) }),
      },
      { field: 'file', fileName: name, source },
    );
    const answer = await client.json({
      ...options,
      method: 'POST',
      url: addressOf(this.parts, 'uploads'),
      headers: { 'content-type': form.contentType, accept: 'application/json' },
      body: form.body,
      limit: 'transfer',
      statuses: [200, 201],
      failure: { action: `store '${name}'`, missing: 'destination-folder-missing' },
    });
    return storedEntry(answer);
  }

  /** Where the bytes of a file are. */
  protected downloadUrl({ url }: Entry): URL {
    return new URL(/^(?:\/|https?:)/i.test(url) ? url : `/${url}`, this.parts.api);
  }

  async #read(
    file: Entry,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const url = this.downloadUrl(file);
    const response = await this.#follow({ ...options, method: 'GET', url, headers, limit: 'transfer' });
    if ([200, 206, 416].includes(response.status)) return response;
    if (response.status !== 404)
      throw await this.parts.client.failure(response, { action: `read '${file.name}'` });
    await discardBody(response);
    throw fileMissing(file.name);
  }

  /** Answers any status. Downloads may come from another address, which is its own permission. */
  async #follow(request: HttpRequest): Promise<HttpResponse> {
    const { client, api } = this.parts;
    const isOwn = request.url.origin === new URL(api).origin;
    const response = await (isOwn ? client.send(request) : client.sendPlain(request));
    const location = response.status === 302 ? headerOf(response, 'location') : undefined;
    if (location === undefined) return response;
    await discardBody(response);
    return client.sendPlain({ ...request, url: new URL(location, request.url) });
  }

  async #change(
    { id, name }: Entry,
    body: Readonly<Record<string, unknown>>,
    options: SignalOptions,
  ): Promise<void> {
    const failure = { action: `rename '${name}'`, missing: 'destination-file-missing' } as const;
    const request = change(this.parts, 'PUT', `file-entries/${id}`, body, { ...options, failure });
    await this.parts.client.done(request);
  }
}
