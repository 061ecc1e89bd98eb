import type { ByteRange } from '../abilities.ts';
import type { SignalOptions, UploadSource } from '../destination.ts';
import { fileMissing } from '../support/file-failures.ts';
import { checkStored } from '../support/hashed-source.ts';
import { discardBody, type HttpResponse } from '../support/http/index.ts';
import { rangeHeader, readRange } from '../support/http/read-range.ts';
import type { IdStore, StoredFile, StoredFolder } from '../support/id-store.ts';
import { type JsonObject, numberAt, objectsAt, recordAt, requiredText, textAt } from '../support/json.ts';
import { multipartForm } from '../support/multipart-form.ts';
import { awaitValidation, type ValidationSettings } from './await-validation.ts';
import type { MovistarClient } from './movistar-client.ts';

export interface MovistarSettings {
  readonly pageFiles: number;
  /** Absent: what the server thinks of an upload is not asked for. */
  readonly validation: ValidationSettings | undefined;
}

/** The files of a Movistar Cloud account. It removes nothing but into its trash, and cannot rename. */
export class MovistarStore implements IdStore<StoredFile> {
  readonly #client: MovistarClient;
  readonly #settings: MovistarSettings;

  constructor(client: MovistarClient, settings: MovistarSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  async findRoot(options: SignalOptions): Promise<string> {
    const failure = { action: 'find the outermost folder' };
    const answer = await this.#client.call({ ...options, path: 'media/folder/root?action=get', failure });
    return idOf(objectsAt(answer, 'data', 'folders')[0]);
  }

  async *listFolders(parentId: string, options: SignalOptions): AsyncGenerator<StoredFolder> {
    const path = `media/folder?action=list&parentid=${parentId}`;
    for await (const item of this.#pages(path, 'folders', undefined, options))
      yield { id: idOf(item), name: requiredText(item, 'name') };
  }

  async *listFiles(folderId: string, options: SignalOptions): AsyncGenerator<StoredFile> {
    const path = `media?action=get&folderid=${folderId}`;
    const fields = ['name', 'modificationdate', 'size', 'etag'];
    for await (const item of this.#pages(path, 'media', { fields }, options)) {
      yield {
        id: idOf(item),
        // The service counts upwards.
        age: Number(idOf(item)),
        name: requiredText(item, 'name'),
        sizeBytes: numberAt(item, 'size') ?? -1,
        modifiedAtMs: numberAt(item, 'modificationdate'),
      };
    }
  }

  async createFolder(parentId: string, name: string, options: SignalOptions): Promise<string> {
    const answer = await this.#client.call({
      ...options,
      path: 'media/folder?action=save',
      data: { magic: false, offline: false, name, parentid: Number(parentId) },
      failure: { action: `create the folder '${name}'` },
    });
    return idOf(recordAt(answer, 'data', 'folder'));
  }

  async open(file: StoredFile, options: SignalOptions): Promise<AsyncIterable<Uint8Array>> {
    return (await this.#read(file, {}, options)).body;
  }

  async readRange(file: StoredFile, range: ByteRange, options: SignalOptions): Promise<Uint8Array> {
    return readRange(await this.#read(file, rangeHeader(range), options), file.name, range);
  }

  async upload(
    folderId: string,
    { name, source }: { readonly name: string; readonly source: UploadSource },
    options: SignalOptions,
  ): Promise<StoredFile> {
    const failure = { action: `store '${name}'`, missing: 'destination-folder-missing' } as const;
    const facts = {
      name,
      size: source.sizeBytes,
      contenttype: 'application/octet-stream',
      folderid: Number(folderId),
    };
    const fields = { data: JSON.stringify({ data: facts }) };
    const form = multipartForm(fields, { field: 'file', fileName: name, source });
    const headers = { 'content-type': form.contentType };
    const answer = await this.#client.upload({ ...options, headers, body: form.body }, failure);
    const id = idOf(answer);
    const { validation } = this.#settings;
    if (validation !== undefined)
      await awaitValidation({ ...validation, name, ask: () => this.#askStatus(id, options) }, options);
    const stored = await this.#find(id, ['name', 'size'], { action: `find '${name}'` }, options);
    const sizeBytes = numberAt(stored, 'size');
    checkStored(name, { sizeBytes }, { sizeBytes: source.sizeBytes });
    return { id, age: Number(id), name, sizeBytes: source.sizeBytes, modifiedAtMs: undefined };
  }

  async remove(files: readonly StoredFile[], options: SignalOptions): Promise<void> {
    const [name = ''] = files.map((file) => file.name);
    await this.#client.call({
      ...options,
      path: 'media/file?action=delete&softdelete=true',
      data: { files: files.map(({ id }) => Number(id)) },
      failure: { action: `delete '${name}'`, missing: 'destination-file-missing' },
    });
  }

  close(): void {
    this.#client.close();
  }

  async #read(
    { id, name }: StoredFile,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const action = `read '${name}'`;
    const found = await this.#find(id, ['url', 'name', 'size'], { action }, options);
    const address = textAt(found, 'url');
    if (address === undefined) throw fileMissing(name);
    const url = new URL(address);
    const request = { ...options, method: 'GET', url, headers, limit: 'transfer' } as const;
    const response = await this.#client.sendPlain(request);
    if ([200, 206, 416].includes(response.status)) return response;
    if (response.status !== 404) throw await this.#client.failure(response, { action });
    await discardBody(response);
    throw fileMissing(name);
  }

  /** What is known of one file; `undefined` where there is none of that id. */
  async #find(
    id: string,
    fields: readonly string[],
    failure: { readonly action: string },
    options: SignalOptions,
  ): Promise<JsonObject | undefined> {
    const path = 'media?action=get&origin=omh,dropbox';
    const data = { ids: [Number(id)], fields };
    return objectsAt(await this.#client.call({ ...options, path, data, failure }), 'data', 'media')[0];
  }

  async #askStatus(id: string, options: SignalOptions): Promise<string> {
    const answer = await this.#client.call({
      ...options,
      path: 'media?action=get-validation-status',
      data: { ids: [{ id: Number(id) }] },
      failure: { action: 'ask for the result of the validation' },
    });
    return textAt(objectsAt(answer, 'data', 'ids')[0], 'status') ?? '';
  }

  /** All items of a listing. A server that knows no pages sends the same items again. */
  async *#pages(
    path: string,
    list: 'folders' | 'media',
    data: JsonObject | undefined,
    options: SignalOptions,
  ): AsyncGenerator<JsonObject> {
    const { pageFiles } = this.#settings;
    const failure = { action: 'list the folder', missing: 'destination-folder-missing' } as const;
    const seen = new Set<string>();
    for (let isMore = true; isMore; ) {
      const page = `${path}&limit=${pageFiles}&offset=${seen.size}`;
      const call = { ...options, path: page, failure, limit: 'list' } as const;
      const answer = await this.#client.call(data === undefined ? call : { ...call, data });
      const items = objectsAt(answer, 'data', list).filter((item) => !seen.has(idOf(item)));
      for (const item of items) {
        seen.add(idOf(item));
        yield item;
      }
      isMore = items.length >= pageFiles;
    }
  }
}

/** Ids are numbers, of which some are written as texts. */
function idOf(item: unknown): string {
  return String(numberAt(item, 'id') ?? '');
}
