import { systemClock } from '../base/index.ts';
import type { Abilities, ByteRange } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { encodePathPart, encodePathParts } from './support/encode-path.ts';
import { hashSource } from './support/hashed-source.ts';
import {
  discardBody,
  HttpClient,
  type HttpRequest,
  type HttpResponse,
  headerOf,
  readFailure,
  readHttpSettings,
  readText,
} from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { isRecord, numberAt, textAt } from './support/json.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';
import { SharedValue } from './support/shared-value.ts';
import { logIn, type SwiftSession } from './swift/log-in.ts';
import { readCloudfilesLogin, readOpenstackLogin, type SwiftLogin } from './swift/login-settings.ts';

const PAGE_FILES = 1000;
const FIRST_BYTE: ByteRange = { offset: 0, length: 1 };

export function openOpenstack(request: DestinationRequest): SwiftContainer {
  return openContainer(request, readOpenstackLogin(request));
}

export function openCloudfiles(request: DestinationRequest): SwiftContainer {
  return openContainer(request, readCloudfilesLogin(request));
}

function openContainer({ url, settings, log }: DestinationRequest, login: SwiftLogin): SwiftContainer {
  const { host: container = '' } = url;
  if (container === '') {
    throw new DestinationError(
      'destination-url-invalid',
      `A ${url.scheme}:// destination needs a container.`,
      {
        hint: `The form is ${url.scheme}://container/folder.`,
      },
    );
  }
  const folders = url.path.split('/').filter((part) => part !== '');
  const prefix = folders.map((part) => `${part}/`).join('');
  return new SwiftContainer({
    http: new HttpClient(readHttpSettings(settings), log),
    login,
    container,
    prefix,
  });
}

export interface SwiftParts {
  readonly http: HttpClient;
  readonly login: SwiftLogin;
  readonly container: string;
  /** Of every name; empty, or ends in a slash. */
  readonly prefix: string;
}

interface SwiftRequest extends Omit<HttpRequest, 'url'> {
  /** `undefined` for the container itself. */
  readonly object?: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** The objects below a prefix of a container of OpenStack's object storage ("Object Store API" v1). */
export class SwiftContainer implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange'> {
  readonly #parts: SwiftParts;
  /** One login for all transfers. */
  readonly #session: SharedValue<SwiftSession>;

  constructor(parts: SwiftParts) {
    this.#parts = parts;
    this.#session = new SharedValue(
      () => logIn(parts.http, parts.login),
      ({ endsAtMs }) => systemClock.now() < endsAtMs,
    );
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    const { prefix } = this.#parts;
    const query = { format: 'json', delimiter: '/', limit: String(PAGE_FILES), prefix };
    for (let marker: string | undefined = ''; marker !== undefined; ) {
      const page: readonly unknown[] = await this.#page({ ...query, marker }, options);
      yield* page.flatMap((entry) => readObject(entry, prefix));
      marker = nextMarker(page, marker);
    }
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    yield* (await this.#read(name, {}, options)).body;
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    return readRange(await this.#read(name, rangeHeader(range), options), name, range);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    const object = this.#objectOf(name);
    const hashed = hashSource(source, 'md5');
    const headers = { 'content-type': 'application/octet-stream' };
    const body = hashed.source;
    const response = await this.#send({
      ...options,
      method: 'PUT',
      object,
      headers,
      body,
      limit: 'transfer',
    });
    if (response.status === 404) throw await this.#missing(name, response, options);
    await discardBody(await this.#expect(response, `store '${name}'`, [200, 201, 202]));
    const stored = headerOf(response, 'etag')?.replaceAll('"', '').toLowerCase();
    if (stored === undefined || stored === hashed.digest().toString('hex')) return;
    throw new DestinationError('destination-corrupt', `'${name}' arrived with other bytes than were sent.`, {
      details: { name },
    });
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    const request = { ...options, method: 'DELETE', object: this.#objectOf(name), limit: 'short' } as const;
    const response = await this.#send(request);
    if (response.status === 404) throw await this.#missing(name, response, options);
    await discardBody(await this.#expect(response, `delete '${name}'`, [200, 204]));
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemotePath(newName);
    const { container, prefix } = this.#parts;
    const action = `rename '${name}' to '${newName}'`;
    const newObject = prefix + newName;
    if (await this.#isThere({ ...options, object: newObject, headers: rangeHeader(FIRST_BYTE) })) {
      throw new DestinationError('destination-file-exists', `Cannot ${action}: that name is taken.`, {
        details: { name, newName },
      });
    }
    const headers = { destination: `${encodePathPart(container)}/${encodePathParts(newObject)}` };
    const object = this.#objectOf(name);
    const response = await this.#send({ ...options, method: 'COPY', object, headers, limit: 'list' });
    if (response.status === 404) throw await this.#missing(name, response, options);
    await discardBody(await this.#expect(response, action, [200, 201, 202]));
    await this.delete(name, options);
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    const response = await this.#send({ ...options, method: 'PUT', limit: 'short' });
    await discardBody(await this.#expect(response, 'create the container', [200, 201, 202, 204]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.http[Symbol.dispose]();
  }

  async #page(query: Readonly<Record<string, string>>, options: SignalOptions): Promise<readonly unknown[]> {
    const response = await this.#send({ ...options, method: 'GET', query, limit: 'list' });
    if (response.status === 404) throw await this.#missing('', response, options);
    const body = await readText(await this.#expect(response, 'list the container', [200, 204]));
    if (response.status === 204) return [];
    try {
      const page: unknown = JSON.parse(body);
      if (Array.isArray(page)) return page;
    } catch {}
    throw new DestinationError('destination-corrupt', 'The listing of the container cannot be read.', {
      details: { start: body.slice(0, 200) },
    });
  }

  async #read(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const object = this.#objectOf(name);
    const response = await this.#send({ ...options, method: 'GET', object, headers, limit: 'transfer' });
    if (response.status === 404) throw await this.#missing(name, response, options);
    return this.#expect(response, `read '${name}'`, [200, 206, 416]);
  }

  async #expect(response: HttpResponse, action: string, statuses: readonly number[]): Promise<HttpResponse> {
    if (statuses.includes(response.status)) return response;
    throw await readFailure(response, { action });
  }

  /**
   * Reads a little instead of asking with HEAD: for what is not there Swift sends a body even then, which
   * breaks the connection.
   */
  async #isThere(request: Omit<SwiftRequest, 'method' | 'limit'>): Promise<boolean> {
    const response = await this.#send({ ...request, method: 'GET', limit: 'short' });
    const action = `look for '${request.object ?? this.#parts.container}'`;
    await discardBody(await this.#expect(response, action, [200, 204, 206, 404, 416]));
    return response.status !== 404;
  }

  /** Sends with a token; one that has lost its force is replaced once. */
  async #send(request: SwiftRequest): Promise<HttpResponse> {
    const session = await this.#session.get(request);
    const response = await this.#sendWith(session, request);
    if (response.status !== 401) return response;
    await discardBody(response);
    this.#session.drop(session);
    return this.#sendWith(await this.#session.get(request), request);
  }

  #sendWith(
    { storageUrl, token }: SwiftSession,
    { object, query = {}, ...request }: SwiftRequest,
  ): Promise<HttpResponse> {
    const { http, container } = this.#parts;
    const path = object === undefined ? '' : `/${encodePathParts(object)}`;
    const url = new URL(`${storageUrl}/${encodePathPart(container)}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return http.send({ ...request, url, headers: { ...request.headers, 'x-auth-token': token } });
  }

  #objectOf(name: string): string {
    checkRemoteName(name);
    return this.#parts.prefix + name;
  }

  /** Tells a missing file from a missing container, which the server answers alike. */
  async #missing(name: string, response: HttpResponse, options: SignalOptions): Promise<DestinationError> {
    const { container } = this.#parts;
    await discardBody(response);
    if (await this.#isThere({ ...options, query: { limit: '1' } })) {
      return new DestinationError(
        'destination-file-missing',
        `There is no file '${name}' in the container.`,
        {
          details: { name, container },
        },
      );
    }
    return new DestinationError('destination-folder-missing', `There is no container '${container}'.`, {
      details: { container },
    });
  }
}

function readObject(entry: unknown, prefix: string): RemoteFile[] {
  const path = textAt(entry, 'name') ?? '';
  const name = path.slice(prefix.length);
  if (!path.startsWith(prefix) || name === '' || name.includes('/')) return [];
  // The storage writes its times in UTC without saying so.
  const modifiedAtMs = Date.parse(`${textAt(entry, 'last_modified')}Z`);
  return [
    {
      name,
      sizeBytes: numberAt(entry, 'bytes') ?? -1,
      modifiedAtMs: Number.isNaN(modifiedAtMs) ? undefined : modifiedAtMs,
    },
  ];
}

/** Where the next page begins; `undefined` after the last one, which is not full. */
function nextMarker(page: readonly unknown[], marker: string): string | undefined {
  if (page.length < PAGE_FILES) return undefined;
  const last = page.at(-1);
  const next = isRecord(last) ? (textAt(last, 'name') ?? textAt(last, 'subdir')) : undefined;
  if (next !== undefined && next !== marker) return next;
  throw new DestinationError('destination-corrupt', 'The listing of the container does not go on.', {
    details: { marker },
  });
}
