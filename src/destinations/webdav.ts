import { systemClock } from '../base/index.ts';
import type { Abilities, ByteRange } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { findCredentials, missingOption } from './support/credentials.ts';
import { encodePathPart, encodePathParts } from './support/encode-path.ts';
import { folderStays } from './support/file-failures.ts';
import {
  discardBody,
  type FailureContext,
  HttpClient,
  type HttpResponse,
  headerOf,
  readHttpSettings,
  readText,
} from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';
import { isStaleUpload, isTemporaryName, temporaryName } from './support/temporary-name.ts';
import { wrongLength } from './support/wrong-length.ts';
import { parseListing, showsFolder } from './webdav/listing.ts';
import { Login } from './webdav/login.ts';
import { folderMissing, WebdavClient } from './webdav/webdav-client.ts';

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
  const http = new HttpClient(readHttpSettings(settings), log);
  const login = new Login({ user, password, kind });
  return new Webdav(new WebdavClient({ http, folder, login, secrets: [password] }));
}

/** A folder on a WebDAV server (RFC 4918). */
export class Webdav implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange'> {
  readonly #client: WebdavClient;
  /** False once the server refused to move a file that it could store. */
  #canMove = true;
  /**
   * What dead uploads left, as the last listing saw it. The next upload takes it away: whoever only reads
   * changes nothing.
   */
  #stale: readonly RemoteFile[] = [];

  constructor(client: WebdavClient) {
    this.#client = client;
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    const { folder } = this.#client;
    const response = await this.#client.propfind('1', 'list', options);
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
    // WebDAV deletes a folder with all that is in it.
    if (await this.#isFolder(name, { signal })) throw folderStays(name);
    const request = { method: 'DELETE', url: this.#client.urlOf(name), limit: 'short', signal } as const;
    const response = await this.#client.send(request);
    if (response.status === 404) throw await this.#client.missing(name, response, { signal });
    await discardBody(await this.#client.expect(response, { action }, [200, 202, 204]));
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    checkRemotePath(newName);
    const action = `rename '${name}' to '${newName}'`;
    // Made first, because some servers fail in their own way when it is not there.
    const parent = newName.slice(0, newName.lastIndexOf('/') + 1);
    if (parent !== '')
      await this.#client.makeFolder(new URL(encodePathParts(parent), this.#client.folder), options);
    const response = await this.#move(name, newName, 'F', options);
    if (response.status === 404 || (response.status === 403 && !(await this.#client.hasFile(name, options))))
      throw await this.#client.missing(name, response, options);
    if (response.status === 412) {
      await discardBody(response);
      throw new DestinationError('destination-file-exists', `Cannot ${action}: that name is taken.`, {
        details: { name, newName },
      });
    }
    await discardBody(await this.#client.expect(response, { action }, [201, 204]));
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    await this.#client.makeFolder(this.#client.folder, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client[Symbol.dispose]();
  }

  /** False for what is not there, and where the server does not say. */
  async #isFolder(name: string, options: SignalOptions): Promise<boolean> {
    const response = await this.#client.askAbout(this.#client.urlOf(name), '0', 'short', options);
    if (response.status === 207) return showsFolder(await readText(response));
    await discardBody(response);
    return false;
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
      url: this.#client.urlOf(name),
      headers,
      limit: 'transfer',
    } as const;
    const response = await this.#client.send(request);
    if (response.status === 404) throw await this.#client.missing(name, response, options);
    return this.#client.expect(response, { action: `read '${name}'` }, [200, 206, 416]);
  }

  /**
   * Stores under another name first, so that the file appears whole or not at all. Answers false when the
   * server would not move it.
   */
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
    const url = this.#client.urlOf(as);
    const failure: FailureContext = {
      action: `store '${name}'`,
      missing: 'destination-folder-missing',
    };
    const response = await this.#client.send({
      ...options,
      method: 'PUT',
      url,
      body: source,
      limit: 'transfer',
    });
    if (response.status === 409) {
      const error = await this.#client.failure(response, failure);
      throw (await this.#client.folderExists(options)) ? error : folderMissing(this.#client.folder);
    }
    await discardBody(await this.#client.expect(response, failure, [200, 201, 204]));
    const head = await this.#client.send({ ...options, method: 'HEAD', url, limit: 'short' });
    await discardBody(head);
    const length = head.status === 200 ? headerOf(head, 'content-length') : undefined;
    if (length !== undefined && Number(length) !== source.sizeBytes)
      throw wrongLength(Number(length), source.sizeBytes);
  }

  #move(name: string, newName: string, overwrite: 'T' | 'F', options: SignalOptions): Promise<HttpResponse> {
    const headers = { destination: new URL(encodePathParts(newName), this.#client.folder).href, overwrite };
    return this.#client.send({
      ...options,
      method: 'MOVE',
      url: this.#client.urlOf(name),
      headers,
      limit: 'short',
    });
  }

  /** Removes what a failed upload may have left. The failure itself is what the caller has to hear of. */
  async #forget(name: string): Promise<void> {
    try {
      await discardBody(
        await this.#client.send({ method: 'DELETE', url: this.#client.urlOf(name), limit: 'short' }),
      );
    } catch {}
  }
}
