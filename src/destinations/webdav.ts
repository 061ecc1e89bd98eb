import { systemClock } from '../base/index.ts';
import type { Abilities, ByteRange } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { findCredentials, missingOption } from './support/credentials.ts';
import { encodePathPart, encodePathParts } from './support/encode-path.ts';
import {
  discardBody,
  type FailureContext,
  HttpClient,
  type HttpRequest,
  type HttpResponse,
  headerOf,
  readFailure,
  readHttpSettings,
  readText,
} from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';
import { isStaleUpload, isTemporaryName, temporaryName } from './support/temporary-name.ts';
import { wrongLength } from './support/wrong-length.ts';
import { PROPFIND_BODY, parseListing } from './webdav/listing.ts';
import { Login } from './webdav/login.ts';

export function openWebdav(request: DestinationRequest): Webdav {
  const { url, settings, log } = request;
  const { user, password = '' } = findCredentials(request);
  const kind = settings.get('force-digest-authentication') ? 'digest' : 'basic';
  if (kind === 'digest' && user === undefined) throw missingOption(request, 'auth-username');
  const host = url.host?.includes(':') ? `[${url.host}]` : (url.host ?? '');
  const port = url.port === undefined ? '' : `:${url.port}`;
  const folders = url.path.split('/').filter((part) => part !== '');
  const path = folders.map((part) => `${encodePathPart(part)}/`).join('');
  const folder = new URL(`${settings.get('use-ssl') ? 'https' : 'http'}://${host}${port}/${path}`);
  const client = new HttpClient(readHttpSettings(settings), log);
  return new Webdav({ client, folder, login: new Login({ user, password, kind }), secrets: [password] });
}

export interface WebdavParts {
  readonly client: HttpClient;
  /** Ends in a slash. */
  readonly folder: URL;
  readonly login: Login;
  /** Kept out of messages. */
  readonly secrets: readonly string[];
}

type WebdavRequest = Omit<HttpRequest, 'url'> & { readonly url?: URL };

/** A folder on a WebDAV server (RFC 4918). */
export class Webdav implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange'> {
  readonly #parts: WebdavParts;
  /** False once the server refused to move a file that it could store. */
  #canMove = true;
  /** What dead uploads left, as the last listing saw it. The next upload takes it away: whoever only reads changes nothing. */
  #stale: readonly RemoteFile[] = [];

  constructor(parts: WebdavParts) {
    this.#parts = parts;
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    const { folder } = this.#parts;
    const response = await this.#propfind('1', 'list', options);
    const body = await readText(response);
    let files: RemoteFile[];
    try {
      files = parseListing(body, folder);
    } catch (cause) {
      throw new DestinationError('destination-corrupt', `The listing by ${folder.host} cannot be read.`, {
        details: { start: body.slice(0, 200) },
        cause,
      });
    }
    const nowMs = systemClock.now();
    this.#stale = files.filter((file) => isStaleUpload(file.name, file.modifiedAtMs, nowMs));
    yield* files.filter(({ name }) => !isTemporaryName(name));
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    const response = await this.#read(name, {}, options);
    yield* response.body;
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    const response = await this.#read(name, rangeHeader(range), options);
    return readRange(response, name, range);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    const stale = this.#stale;
    this.#stale = [];
    for (const file of stale) await this.#forget(file.name);
    if (this.#canMove && (await this.#putByMove(name, source, options))) return;
    await this.#store(name, name, source, options);
    this.#canMove = false;
  }

  async delete(name: string, { signal }: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    const action = `delete '${name}'`;
    const request = { method: 'DELETE', url: this.#urlOf(name), limit: 'short', signal } as const;
    const response = await this.#send(request);
    if (response.status === 404) throw await this.#missing(name, response, { signal });
    await discardBody(await this.#expect(response, { action }, [200, 202, 204]));
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    checkRemotePath(newName);
    const action = `rename '${name}' to '${newName}'`;
    // Made first, because some servers fail in their own way when it is not there.
    const parent = newName.slice(0, newName.lastIndexOf('/') + 1);
    if (parent !== '') await this.#makeFolder(new URL(encodePathParts(parent), this.#parts.folder), options);
    const response = await this.#move(name, newName, 'F', options);
    if (response.status === 404 || (response.status === 403 && !(await this.#hasFile(name, options))))
      throw await this.#missing(name, response, options);
    if (response.status === 412) {
      await discardBody(response);
      throw new DestinationError('destination-file-exists', `Cannot ${action}: that name is taken.`, {
        details: { name, newName },
      });
    }
    await discardBody(await this.#expect(response, { action }, [201, 204]));
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    await this.#makeFolder(this.#parts.folder, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.client[Symbol.dispose]();
  }

  async #read(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    checkRemoteName(name);
    const request = {
      ...options,
      method: 'GET',
      url: this.#urlOf(name),
      headers,
      limit: 'transfer',
    } as const;
    const response = await this.#send(request);
    if (response.status === 404) throw await this.#missing(name, response, options);
    return this.#expect(response, { action: `read '${name}'` }, [200, 206, 416]);
  }

  /** Stores under another name first, so that the file appears whole or not at all. Answers false when the server would not move it. */
  async #putByMove(name: string, source: UploadSource, options: SignalOptions): Promise<boolean> {
    const temporary = temporaryName();
    try {
      await this.#store(name, temporary, source, options);
      const response = await this.#move(temporary, name, 'T', options);
      await discardBody(response);
      if (response.status === 201 || response.status === 204) return true;
    } catch (error) {
      await this.#forget(temporary);
      throw error;
    }
    await this.#forget(temporary);
    return false;
  }

  async #store(name: string, as: string, source: UploadSource, options: SignalOptions): Promise<void> {
    const url = this.#urlOf(as);
    const failure: FailureContext = {
      action: `store '${name}'`,
      missing: 'destination-folder-missing',
    };
    const response = await this.#send({ ...options, method: 'PUT', url, body: source, limit: 'transfer' });
    if (response.status === 409) {
      const error = await this.#failure(response, failure);
      throw (await this.#folderExists(options)) ? error : folderMissing(this.#parts.folder);
    }
    await discardBody(await this.#expect(response, failure, [200, 201, 204]));
    const head = await this.#send({ ...options, method: 'HEAD', url, limit: 'short' });
    await discardBody(head);
    const length = head.status === 200 ? headerOf(head, 'content-length') : undefined;
    if (length !== undefined && Number(length) !== source.sizeBytes)
      throw wrongLength(Number(length), source.sizeBytes);
  }

  #move(name: string, newName: string, overwrite: 'T' | 'F', options: SignalOptions): Promise<HttpResponse> {
    const headers = { destination: new URL(encodePathParts(newName), this.#parts.folder).href, overwrite };
    return this.#send({ ...options, method: 'MOVE', url: this.#urlOf(name), headers, limit: 'short' });
  }

  /** Removes what a failed upload may have left. The failure itself is what the caller has to hear of. */
  async #forget(name: string): Promise<void> {
    try {
      await discardBody(await this.#send({ method: 'DELETE', url: this.#urlOf(name), limit: 'short' }));
    } catch {}
  }

  /** Makes one folder after those above it. MKCOL makes one level only. */
  async #makeFolder(url: URL, options: SignalOptions): Promise<void> {
    const make = (): Promise<HttpResponse> =>
      this.#send({ ...options, method: 'MKCOL', url, limit: 'short' });
    let response = await make();
    if (response.status === 409 && url.pathname !== '/') {
      await discardBody(response);
      const above = url.pathname.replace(/[^/]*\/$/, '');
      await this.#makeFolder(new URL(above, url), options);
      response = await make();
    }
    // 405: it exists already.
    if (response.status === 405) await discardBody(response);
    else await discardBody(await this.#expect(response, { action: 'create the folder' }, [200, 201, 204]));
  }

  /** Tells a missing file from a missing folder, which servers answer alike. */
  async #missing(name: string, response: HttpResponse, options: SignalOptions): Promise<DestinationError> {
    await discardBody(response);
    if (!(await this.#folderExists(options))) return folderMissing(this.#parts.folder);
    return new DestinationError('destination-file-missing', `There is no file '${name}' in the folder.`, {
      details: { name },
    });
  }

  /** Some servers refuse to move a missing file as if it were forbidden. */
  async #hasFile(name: string, options: SignalOptions): Promise<boolean> {
    const response = await this.#send({ ...options, method: 'HEAD', url: this.#urlOf(name), limit: 'short' });
    await discardBody(response);
    return response.status !== 404;
  }

  async #folderExists(options: SignalOptions): Promise<boolean> {
    try {
      await discardBody(await this.#propfind('0', 'short', options));
      return true;
    } catch (error) {
      if (error instanceof DestinationError && error.code === 'destination-folder-missing') return false;
      throw error;
    }
  }

  async #propfind(depth: '0' | '1', limit: 'list' | 'short', options: SignalOptions): Promise<HttpResponse> {
    const headers = { depth, 'content-type': 'application/xml; charset=utf-8' };
    const response = await this.#send({
      ...options,
      method: 'PROPFIND',
      url: this.#parts.folder,
      headers,
      body: PROPFIND_BODY,
      limit,
    });
    if (response.status === 409) {
      await discardBody(response);
      throw folderMissing(this.#parts.folder);
    }
    const failure: FailureContext = { action: 'list the folder', missing: 'destination-folder-missing' };
    return this.#expect(response, failure, [207]);
  }

  async #expect(
    response: HttpResponse,
    failure: FailureContext,
    statuses: readonly number[],
  ): Promise<HttpResponse> {
    if (statuses.includes(response.status)) return response;
    throw await this.#failure(response, failure);
  }

  #failure(response: HttpResponse, failure: FailureContext): Promise<DestinationError> {
    return readFailure(response, { ...failure, secrets: this.#parts.secrets });
  }

  /** Sends with the login; a challenge of the server is met once. */
  async #send(request: WebdavRequest): Promise<HttpResponse> {
    const { login, folder } = this.#parts;
    const { url = folder } = request;
    // A whole file is not sent only to learn the challenge.
    if (login.needsChallenge && request.body !== undefined)
      await discardBody(await this.#send({ method: 'OPTIONS', signal: request.signal, limit: 'short' }));
    const response = await this.#sendOnce({ ...request, url });
    if (response.status !== 401 || !login.learn(response)) return response;
    await discardBody(response);
    return this.#sendOnce({ ...request, url });
  }

  #sendOnce(request: HttpRequest): Promise<HttpResponse> {
    const { client, login } = this.#parts;
    const headers = { ...request.headers, ...login.headers(request.method, request.url) };
    return client.send({ ...request, headers });
  }

  #urlOf(name: string): URL {
    return new URL(encodePathPart(name), this.#parts.folder);
  }
}

function folderMissing({ host, pathname }: URL): DestinationError {
  return new DestinationError('destination-folder-missing', `There is no folder '${pathname}' on ${host}.`, {
    details: { host, path: pathname },
  });
}
