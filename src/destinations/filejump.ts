import type { Abilities, ByteRange } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import {
  change,
  type EntriesParts,
  type Entry,
  ensureFolder,
  findFolder,
  listEntries,
  readEntry,
} from './filejump/entries.ts';
import { requireCredentials } from './support/credentials.ts';
import { fileMissing, folderMissing, nameTaken } from './support/file-failures.ts';
import { folderPath } from './support/folder-path.ts';
import { checkStored } from './support/hashed-source.ts';
import {
  discardBody,
  HttpClient,
  type HttpResponse,
  headerOf,
  readFailure,
  readHttpSettings,
} from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { readJson, recordAt, requiredText } from './support/json.ts';
import { multipartForm } from './support/multipart-form.ts';
import { type AccessTokens, BearerClient, fixedToken, shareTokens } from './support/oauth/index.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';
import { SharedValue } from './support/shared-value.ts';

export function openFilejump(request: DestinationRequest): Filejump {
  const { url, settings, log } = request;
  const http = new HttpClient(readHttpSettings(settings), log);
  const api = settings.get('api-url').replace(/\/*$/, '/');
  const client = new BearerClient(http, openTokens(request, http, api));
  const parts = { client, api, pageFiles: settings.get('page-size') };
  return new Filejump(parts, {
    http,
    folders: folderPath(url),
    deletes: settings.get('soft-delete') ? 'into the trash' : 'for good',
  });
}

function openTokens(request: DestinationRequest, http: HttpClient, api: string): AccessTokens {
  const token = request.settings.get('api-token');
  if (token !== undefined) return fixedToken(token);
  const names = { user: 'auth-username', password: 'auth-password' } as const;
  const { user: email, password } = requireCredentials(request, {}, names);
  return shareTokens(async () => {
    const response = await http.send({
      method: 'POST',
      url: new URL('auth/login', api),
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ email, password, token_name: 'ashlar' }),
      limit: 'short',
    });
    if (response.status !== 200) throw await readFailure(response, { action: 'log in', secrets: [password] });
    const text = requiredText(await readJson(response), 'user', 'access_token');
    return { text, lifetimeMs: undefined };
  });
}

export interface FilejumpSettings {
  readonly http: HttpClient;
  readonly folders: readonly string[];
  readonly deletes: 'for good' | 'into the trash';
}

/** A folder, by its id; without one it is the outermost. */
interface Place {
  readonly folderId: number | undefined;
}

/** A folder on Filejump. Names are not unique there: of several files of one name the newest counts, and the others go when it is stored anew. */
export class Filejump implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange'> {
  readonly #parts: EntriesParts;
  readonly #settings: FilejumpSettings;
  readonly #place = new SharedValue(() => this.#findPlace());
  /** What the last listing showed, and what was done since. The storage finds nothing by name. */
  #known: Map<string, readonly Entry[]> | undefined;

  constructor(parts: EntriesParts, settings: FilejumpSettings) {
    this.#parts = parts;
    this.#settings = settings;
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    for (const [newest] of (await this.#listFiles(options)).values()) {
      if (newest === undefined) continue;
      const { name, sizeBytes, modifiedAtMs } = newest;
      yield { name, sizeBytes, modifiedAtMs };
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
    const place = await this.#placeOf(options);
    const fields = place.folderId === undefined ? {} : { parentId: String(place.folderId) };
    const form = multipartForm(fields, { field: 'file', fileName: name, source });
    const answer = await this.#parts.client.json({
      ...options,
      method: 'POST',
      url: new URL('uploads', this.#parts.api),
      headers: { 'content-type': form.contentType, accept: 'application/json' },
      body: form.body,
      limit: 'transfer',
      statuses: [200, 201],
      failure: { action: `store '${name}'`, missing: 'destination-folder-missing' },
    });
    const stored = readEntry(recordAt(answer, 'fileEntry'));
    checkStored(name, { sizeBytes: stored.sizeBytes }, { sizeBytes: source.sizeBytes });
    const known = this.#known ?? (await this.#listFiles(options));
    const older = known.get(name)?.filter(({ id }) => id < stored.id) ?? [];
    if (older.length > 0) await this.#remove(older, name, options);
    known.set(name, [{ ...stored, name }]);
    // The storage may have made the name another one while an older file had it.
    if (stored.name !== name) await this.#changeEntry(stored.id, { name }, name, options);
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    await this.#remove(await this.#require(name, options), name, options);
    this.#known?.delete(name);
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemotePath(newName);
    const [entry] = await this.#require(name, options);
    if (entry === undefined) throw fileMissing(name);
    const below = newName.split('/');
    const lastName = below.pop() ?? '';
    const { folderId } = await this.#placeOf(options);
    let targetId = folderId;
    for (const part of below) targetId = await ensureFolder(this.#parts, targetId, part, options);
    for await (const other of listEntries(this.#parts, targetId, options))
      if (other.kind === 'file' && other.name === lastName) throw nameTaken(name, newName);
    if (targetId !== folderId) {
      const body = { entryIds: [entry.id], destinationId: targetId ?? null };
      const failure = { action: `rename '${name}' to '${newName}'` };
      const request = change(this.#parts, 'POST', 'file-entries/move', body, { ...options, failure });
      await this.#parts.client.done(request);
    }
    if (lastName !== name) await this.#changeEntry(entry.id, { name: lastName }, name, options);
    this.#known = undefined;
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    let id: number | undefined;
    for (const name of this.#settings.folders) id = await ensureFolder(this.#parts, id, name, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#settings.http[Symbol.dispose]();
  }

  async #read(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    let response = await this.#openFile(name, headers, options);
    if (response.status === 404) {
      // Another client may have stored it anew.
      await discardBody(response);
      this.#known = undefined;
      response = await this.#openFile(name, headers, options);
    }
    if ([200, 206, 416].includes(response.status)) return response;
    const failure = { action: `read '${name}'`, missing: 'destination-file-missing' } as const;
    throw await this.#parts.client.failure(response, failure);
  }

  /** Answers any status. Downloads may come from another address, which is its own permission. */
  async #openFile(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const [entry] = await this.#require(name, options);
    if (entry === undefined) throw fileMissing(name);
    const { client, api } = this.#parts;
    const url = new URL(/^(?:\/|https?:)/i.test(entry.url) ? entry.url : `/${entry.url}`, api);
    const request = { ...options, method: 'GET', url, headers, limit: 'transfer' } as const;
    const isOwn = url.origin === new URL(api).origin;
    const response = await (isOwn ? client.send(request) : client.sendPlain(request));
    const location = response.status === 302 ? headerOf(response, 'location') : undefined;
    if (location === undefined) return response;
    await discardBody(response);
    return client.sendPlain({ ...request, url: new URL(location, url) });
  }

  async #remove(entries: readonly Entry[], name: string, options: SignalOptions): Promise<void> {
    const body = {
      entryIds: entries.map(({ id }) => id),
      deleteForever: this.#settings.deletes === 'for good',
    };
    const failure = { action: `delete '${name}'` };
    const request = change(this.#parts, 'POST', 'file-entries/delete', body, { ...options, failure });
    await this.#parts.client.done(request);
  }

  async #changeEntry(
    id: number,
    body: Readonly<Record<string, unknown>>,
    name: string,
    options: SignalOptions,
  ): Promise<void> {
    const failure = { action: `rename '${name}'`, missing: 'destination-file-missing' } as const;
    const request = change(this.#parts, 'PUT', `file-entries/${id}`, body, { ...options, failure });
    await this.#parts.client.done(request);
  }

  async #require(name: string, options: SignalOptions): Promise<readonly Entry[]> {
    checkRemoteName(name);
    const entries = this.#known?.get(name) ?? (await this.#listFiles(options)).get(name) ?? [];
    if (entries.length === 0) throw fileMissing(name);
    return entries;
  }

  /** The files by their names, the newest of a name first. */
  async #listFiles(options: SignalOptions): Promise<Map<string, readonly Entry[]>> {
    const place = await this.#placeOf(options);
    const files = new Map<string, readonly Entry[]>();
    try {
      for await (const entry of listEntries(this.#parts, place.folderId, options)) {
        if (entry.kind !== 'file') continue;
        const same = [...(files.get(entry.name) ?? []), entry];
        files.set(
          entry.name,
          same.sort((left, right) => right.id - left.id),
        );
      }
    } catch (error) {
      const isMissing = error instanceof DestinationError && error.code === 'destination-folder-missing';
      if (isMissing) this.#place.drop(place);
      throw error;
    }
    this.#known = files;
    return files;
  }

  async #placeOf(options: SignalOptions): Promise<Place> {
    options.signal?.throwIfAborted();
    return this.#place.get(options);
  }

  async #findPlace(): Promise<Place> {
    let folderId: number | undefined;
    for (const name of this.#settings.folders) {
      folderId = await findFolder(this.#parts, folderId, name);
      if (folderId === undefined) throw folderMissing(this.#settings.folders.join('/'));
    }
    return { folderId };
  }
}
