import type { Abilities, ByteRange } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { RenterdClient, type RenterdRequest } from './sia/renterd-client.ts';
import { missingOption } from './support/credentials.ts';
import { fileMissing, nameTaken } from './support/file-failures.ts';
import { splitPath } from './support/folder-path.ts';
import { checkStored } from './support/hashed-source.ts';
import {
  discardBody,
  HttpClient,
  type HttpResponse,
  headerOf,
  readHttpSettings,
} from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { numberAt, objectsAt, readJson, requiredText, textAt, timeAt, valueAt } from './support/json.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';

const DEFAULT_PORT = 9980;
const DEFAULT_FOLDER = 'backup';
const PAGE_FILES = '1000';

export function openSia(request: DestinationRequest): Sia {
  const { url, settings, log } = request;
  const password = settings.get('sia-password') ?? url.password ?? settings.get('auth-password');
  if (password === undefined) throw missingOption(request, 'sia-password');
  const protocol = settings.get('use-ssl') ? 'https' : 'http';
  const origin = `${protocol}://${url.host}:${url.port ?? DEFAULT_PORT}`;
  const http = new HttpClient(readHttpSettings(settings), log);
  const client = new RenterdClient(http, { origin, password, bucket: settings.get('sia-bucket') });
  return new Sia(client, splitPath(settings.get('sia-targetpath') ?? (url.path || DEFAULT_FOLDER)));
}

/**
 * A folder on Sia, by a renterd that the user runs. Folders are nothing but beginnings of keys there; what
 * may be missing is the bucket.
 */
export class Sia implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange'> {
  readonly #client: RenterdClient;
  /** Empty, or ends in a slash. */
  readonly #prefix: string;

  constructor(client: RenterdClient, folders: readonly string[]) {
    this.#client = client;
    this.#prefix = folders.map((name) => `${name}/`).join('');
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    const action = 'list the folder';
    for (let marker: string | undefined = ''; marker !== undefined; ) {
      const page: Readonly<Record<string, string>> = marker === '' ? {} : { marker };
      const query = { delimiter: '/', limit: PAGE_FILES, ...page };
      const path = `bus/objects/${this.#prefix}`;
      const response = await this.#client.send({ ...options, method: 'GET', path, query, limit: 'list' });
      if (response.status !== 200) throw await this.#client.failure(response, { action });
      const answer: Readonly<Record<string, unknown>> = await readJson(response);
      for (const item of objectsAt(answer, 'objects')) {
        const name = requiredText(item, 'key').replace(/^\//, '').slice(this.#prefix.length);
        // Folders end in a slash.
        if (name === '' || name.includes('/')) continue;
        yield { name, sizeBytes: numberAt(item, 'size') ?? -1, modifiedAtMs: timeAt(item, 'modTime') };
      }
      const next: string | undefined = textAt(answer, 'nextMarker');
      marker = valueAt(answer, 'hasMore') === true && next !== marker ? next : undefined;
    }
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    yield* (await this.#read(name, {}, options)).body;
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    return readRange(await this.#read(name, rangeHeader(range), options), name, range);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    const action = `store '${name}'`;
    const request = { ...options, method: 'PUT', path: this.#pathOf(name), body: source } as const;
    const response = await this.#client.send({ ...request, limit: 'transfer' });
    if (![200, 201].includes(response.status)) throw await this.#client.failure(response, { action });
    await discardBody(response);
    const stored = await this.#find(name, options);
    // Another client may have stored the same name meanwhile.
    if (stored?.etag !== headerOf(response, 'etag')) return;
    checkStored(name, { sizeBytes: stored?.sizeBytes }, { sizeBytes: source.sizeBytes });
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    const request = { ...options, method: 'DELETE', path: this.#pathOf(name), limit: 'short' } as const;
    const response = await this.#client.send(request);
    await discardBody(await this.#accept(response, `delete '${name}'`, [200, 204]));
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    checkRemotePath(newName);
    if ((await this.#find(newName, options)) !== undefined) throw nameTaken(name, newName);
    if ((await this.#find(name, options)) === undefined) throw fileMissing(name);
    const [from, to] = [`/${this.#prefix}${name}`, `/${this.#prefix}${newName}`];
    const body = { bucket: this.#client.bucket, from, to, force: false, mode: 'single' };
    const action = `rename '${name}' to '${newName}'`;
    await this.#client.change('bus/objects/rename', body, { ...options, action });
  }

  /** Makes the bucket. */
  async createFolder(options: SignalOptions = {}): Promise<void> {
    const body = { name: this.#client.bucket, policy: { publicReadAccess: false } };
    const statuses = [200, 201, 204, 409];
    await this.#client.change('bus/buckets', body, { ...options, action: 'create the bucket', statuses });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
  }

  async #read(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const path = this.#pathOf(name);
    const request: RenterdRequest = { ...options, method: 'GET', path, headers, limit: 'transfer' };
    return this.#accept(await this.#client.send(request), `read '${name}'`, [200, 206, 416]);
  }

  /** What is known of a file; `undefined` where there is none. */
  async #find(
    path: string,
    options: SignalOptions,
  ): Promise<{ readonly sizeBytes: number; readonly etag: string | undefined } | undefined> {
    const request = { ...options, method: 'HEAD', path: `worker/object/${this.#prefix}${path}` } as const;
    const response = await this.#client.send({ ...request, limit: 'short' });
    await discardBody(response);
    if (response.status === 404) return undefined;
    if (response.status !== 200) throw await this.#client.failure(response, { action: `find '${path}'` });
    return {
      sizeBytes: Number(headerOf(response, 'content-length') ?? -1),
      etag: headerOf(response, 'etag'),
    };
  }

  async #accept(response: HttpResponse, action: string, statuses: readonly number[]): Promise<HttpResponse> {
    if (statuses.includes(response.status)) return response;
    throw await this.#client.failure(response, { action, missing: 'destination-file-missing' });
  }

  #pathOf(name: string): string {
    checkRemoteName(name);
    return `worker/object/${this.#prefix}${name}`;
  }
}
