import type { Abilities, ByteRange } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { encodePathPart } from './support/encode-path.ts';
import { fileMissing, folderMissing, folderStays, nameTaken } from './support/file-failures.ts';
import { splitPath } from './support/folder-path.ts';
import {
  discardBody,
  HttpClient,
  type HttpRequest,
  type HttpResponse,
  readFailure,
  readHttpSettings,
  readText,
} from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { numberAt, recordAt } from './support/json.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';
import { SharedValue } from './support/shared-value.ts';

export function openTahoe(request: DestinationRequest): Tahoe {
  const { url, settings, log } = request;
  const [marker, cap, ...folders] = splitPath(url.path);
  if (marker !== 'uri' || cap === undefined || !/^URI:DIR2(?:-MDMF)?:/.test(cap)) {
    throw new DestinationError('destination-url-invalid', 'A tahoe:// destination needs a writable folder.', {
      hint: 'The form is tahoe://host:3456/uri/URI:DIR2:...',
    });
  }
  const port = url.port === undefined ? '' : `:${url.port}`;
  const origin = `${settings.get('use-ssl') ? 'https' : 'http'}://${url.host}${port}`;
  return new Tahoe(new HttpClient(readHttpSettings(settings), log), { origin, cap, folders });
}

export interface TahoePlace {
  readonly origin: string;
  /** Names the folder and is the permission to write there, so it must not be shown. */
  readonly cap: string;
  readonly folders: readonly string[];
}

/** A folder of a Tahoe-LAFS grid, by the web interface of one of its nodes. */
export class Tahoe implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange'> {
  readonly #http: HttpClient;
  readonly #place: TahoePlace;
  /** Looked for before the first upload, because the node would make it. */
  readonly #presence = new SharedValue(async () => {
    await this.#children({});
    return true;
  });

  constructor(http: HttpClient, place: TahoePlace) {
    this.#http = http;
    this.#place = place;
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    for (const [name, node] of Object.entries(await this.#children(options))) {
      if (!Array.isArray(node) || node[0] !== 'filenode') continue;
      const facts: unknown = node[1];
      const seconds = numberAt(facts, 'metadata', 'tahoe', 'linkmotime');
      yield {
        name,
        sizeBytes: numberAt(facts, 'size') ?? -1,
        modifiedAtMs: seconds === undefined ? undefined : seconds * 1000,
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
    const url = this.#fileUrl(name);
    options.signal?.throwIfAborted();
    await this.#presence.get(options);
    const request = { ...options, method: 'PUT', url, body: source, limit: 'transfer' } as const;
    await discardBody(await this.#expect(request, `store '${name}'`, [200, 201]));
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    const [url, action] = [this.#fileUrl(name), `delete '${name}'`];
    const look = {
      ...options,
      method: 'GET',
      url: this.#url([name], { t: 'json' }),
      limit: 'short',
    } as const;
    const node: unknown = JSON.parse(await readText(await this.#found(look, name, action, [200])));
    if (Array.isArray(node) && node[0] === 'dirnode') throw folderStays(name);
    const request = { ...options, method: 'DELETE', url, limit: 'short' } as const;
    await discardBody(await this.#found(request, name, action, [200, 204]));
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    checkRemotePath(newName);
    const below = newName.split('/');
    const lastName = below.pop() ?? '';
    if (below.length > 0) await this.#makeFolders(below, options);
    const target = [this.#place.cap, ...this.#place.folders, ...below].map(encodePathPart).join('/');
    const url = this.#url([], {
      t: 'relink',
      from_name: name,
      to_dir: target,
      to_name: lastName,
      replace: 'false',
    });
    const response = await this.#http.send({ ...options, method: 'POST', url, limit: 'short' });
    if (response.status === 409) {
      await discardBody(response);
      throw nameTaken(name, newName);
    }
    const action = `rename '${name}' to '${newName}'`;
    await discardBody(await this.#checked(response, name, action, [200, 201]));
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    await this.#makeFolders([], options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]();
  }

  async #read(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const request = {
      ...options,
      method: 'GET',
      url: this.#fileUrl(name),
      headers,
      limit: 'transfer',
    } as const;
    return this.#found(request, name, `read '${name}'`, [200, 206, 416]);
  }

  async #children(options: SignalOptions): Promise<Readonly<Record<string, unknown>>> {
    const request = { ...options, method: 'GET', url: this.#url([], { t: 'json' }), limit: 'list' } as const;
    const response = await this.#http.send(request);
    if ([404, 409, 410].includes(response.status)) {
      await discardBody(response);
      throw folderMissing(this.#place.folders.join('/'));
    }
    const text = await readText(await this.#accept(response, 'list the folder', [200]));
    const node: unknown = JSON.parse(text);
    if (!Array.isArray(node) || node[0] !== 'dirnode') throw folderMissing(this.#place.folders.join('/'));
    return recordAt(node[1], 'children');
  }

  /** Makes the folder of the destination and `below` in it; it is no error when they are there. */
  async #makeFolders(below: readonly string[], options: SignalOptions): Promise<void> {
    if (this.#place.folders.length + below.length === 0) return;
    const request = {
      ...options,
      method: 'POST',
      url: this.#url(below, { t: 'mkdir' }),
      limit: 'short',
    } as const;
    await discardBody(await this.#expect(request, 'create the folder', [200, 201]));
  }

  async #found(
    request: HttpRequest,
    name: string,
    action: string,
    statuses: readonly number[],
  ): Promise<HttpResponse> {
    return this.#checked(await this.#http.send(request), name, action, statuses);
  }

  /** An answer about one file. "Not found" may mean its folder, too. */
  async #checked(
    response: HttpResponse,
    name: string,
    action: string,
    statuses: readonly number[],
  ): Promise<HttpResponse> {
    if (response.status !== 404) return this.#accept(response, action, statuses);
    await discardBody(response);
    await this.#children({});
    throw fileMissing(name);
  }

  async #expect(request: HttpRequest, action: string, statuses: readonly number[]): Promise<HttpResponse> {
    return this.#accept(await this.#http.send(request), action, statuses);
  }

  async #accept(response: HttpResponse, action: string, statuses: readonly number[]): Promise<HttpResponse> {
    if (statuses.includes(response.status)) return response;
    throw await readFailure(response, { action, secrets: [this.#place.cap] });
  }

  #fileUrl(name: string): URL {
    checkRemoteName(name);
    return this.#url([name], {});
  }

  #url(below: readonly string[], query: Readonly<Record<string, string>>): URL {
    const { origin, cap, folders } = this.#place;
    const path = [cap, ...folders, ...below].map(encodePathPart).join('/');
    const url = new URL(`${origin}/uri/${path}`);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url;
  }
}
