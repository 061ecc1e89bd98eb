import type { Abilities, ByteRange, FreeSpace } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { PcloudClient } from './pcloud/pcloud-client.ts';
import { missingOption } from './support/credentials.ts';
import { fileMissing, nameTaken } from './support/file-failures.ts';
import { splitPath } from './support/folder-path.ts';
import { checkStored, hashSource } from './support/hashed-source.ts';
import { HttpClient, type HttpResponse, readHttpSettings } from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { listAt, numberAt, objectsAt, recordAt, requiredText, textAt, valueAt } from './support/json.ts';
import { BearerClient, endpointOf, fixedToken } from './support/oauth/index.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';

/** An account lives on one of them. A token must not be sent anywhere else. */
const SERVERS: ReadonlySet<string> = new Set(['api.pcloud.com', 'eapi.pcloud.com']);

export function openPcloud(request: DestinationRequest): Pcloud {
  const { url, settings, log } = request;
  const server = (url.host ?? '').toLowerCase();
  if (!SERVERS.has(server)) {
    throw new DestinationError('destination-url-invalid', `pCloud has no server '${url.host}'.`, {
      details: { host: url.host ?? '' },
      hint: 'Write pcloud://eapi.pcloud.com/folder for accounts in Europe, else pcloud://api.pcloud.com/folder.',
    });
  }
  const token = settings.get('authid');
  if (token === undefined) throw missingOption(request, 'authid');
  const http = new HttpClient(readHttpSettings(settings), log);
  const endpoint = endpointOf(settings, `https://${server}`);
  const client = new PcloudClient(new BearerClient(http, fixedToken(token)), endpoint);
  return new Pcloud(client, {
    http,
    folders: splitPath(url.path),
    protocol: new URL(endpoint).protocol,
  });
}

export interface PcloudSettings {
  readonly http: HttpClient;
  readonly folders: readonly string[];
  /** By which downloads are fetched from the hosts that the storage names. */
  readonly protocol: string;
}

/** A folder on pCloud. */
export class Pcloud
  implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange' | 'freeSpace'>
{
  readonly #client: PcloudClient;
  readonly #settings: PcloudSettings;

  constructor(client: PcloudClient, settings: PcloudSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    const parameters = { path: this.#folder, timeformat: 'timestamp' };
    const call = {
      ...options,
      verb: 'listfolder',
      parameters,
      action: 'list the folder',
      limit: 'list',
    } as const;
    for (const item of objectsAt(await this.#client.call(call), 'metadata', 'contents')) {
      if (valueAt(item, 'isfolder') === true) continue;
      const modified = numberAt(item, 'modified');
      yield {
        name: requiredText(item, 'name'),
        sizeBytes: numberAt(item, 'size') ?? -1,
        modifiedAtMs: modified === undefined ? undefined : modified * 1000,
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
    checkRemoteName(name);
    const hashed = hashSource(source, 'sha1');
    const answer = await this.#client.call({
      ...options,
      verb: 'uploadfile',
      parameters: { path: this.#folder, filename: name, nopartial: '1' },
      action: `store '${name}'`,
      limit: 'transfer',
      body: hashed.source,
    });
    const [facts] = objectsAt(answer, 'metadata');
    const [checksums] = objectsAt(answer, 'checksums');
    checkStored(
      name,
      { sizeBytes: numberAt(facts, 'size'), checksum: textAt(checksums, 'sha1')?.toLowerCase() },
      { sizeBytes: source.sizeBytes, checksum: hashed.digest().toString('hex') },
    );
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    const parameters = { path: this.#pathOf(name) };
    const call = { ...options, verb: 'deletefile', parameters, action: `delete '${name}'` };
    await this.#orMissing(name, this.#client.call(call));
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemotePath(newName);
    const path = this.#pathOf(name);
    const below = splitPath(newName).slice(0, -1);
    const target = `/${[...this.#settings.folders, ...splitPath(newName)].join('/')}`;
    await this.#orMissing(name, this.#stat(path, options));
    await this.#makeFolders([...this.#settings.folders, ...below], options);
    if (await this.#exists(target, options)) throw nameTaken(name, newName);
    const action = `rename '${name}' to '${newName}'`;
    const call = { ...options, verb: 'renamefile', parameters: { path, topath: target }, action };
    await this.#client.call(call);
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    await this.#makeFolders(this.#settings.folders, options);
  }

  async freeSpace(options: SignalOptions = {}): Promise<FreeSpace> {
    const action = 'ask for the free space';
    const user = await this.#client.call({ ...options, verb: 'userinfo', parameters: {}, action });
    const totalBytes = numberAt(user, 'quota') ?? 0;
    return { totalBytes, freeBytes: Math.max(0, totalBytes - (numberAt(user, 'usedquota') ?? 0)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#settings.http[Symbol.dispose]();
  }

  /** Downloads come from another host, by an address that is its own permission. */
  async #read(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const parameters = { path: this.#pathOf(name), forcedownload: '1' };
    const action = `read '${name}'`;
    const call = { ...options, verb: 'getfilelink', parameters, action };
    const link = await this.#orMissing(name, this.#client.call(call));
    const [host] = listAt(link, 'hosts');
    const url = new URL(requiredText(link, 'path'), `${this.#settings.protocol}//${host}`);
    const request = { ...options, method: 'GET', url, headers, limit: 'transfer' } as const;
    const response = await this.#client.sendPlain(request);
    if ([200, 206, 416].includes(response.status)) return response;
    throw await this.#client.failure(response, { action });
  }

  async #makeFolders(folders: readonly string[], options: SignalOptions): Promise<void> {
    const action = 'create the folder';
    for (const index of folders.keys()) {
      const parameters = { path: `/${folders.slice(0, index + 1).join('/')}` };
      await this.#client.call({ ...options, verb: 'createfolderifnotexists', parameters, action });
    }
  }

  /** Tells a missing file from a missing folder. */
  async #orMissing<T>(name: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!isMissing(error)) throw error;
      const parameters = { path: this.#folder, nofiles: '1' };
      await this.#client.call({ verb: 'listfolder', parameters, action: 'find the folder' });
      throw fileMissing(name);
    }
  }

  async #exists(path: string, options: SignalOptions): Promise<boolean> {
    try {
      return valueAt(recordAt(await this.#stat(path, options), 'metadata'), 'isfolder') !== true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  #stat(path: string, options: SignalOptions): Promise<Readonly<Record<string, unknown>>> {
    return this.#client.call({ ...options, verb: 'stat', parameters: { path }, action: 'find a file' });
  }

  get #folder(): string {
    return `/${this.#settings.folders.join('/')}`;
  }

  #pathOf(name: string): string {
    checkRemoteName(name);
    return `/${[...this.#settings.folders, name].join('/')}`;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof DestinationError && error.code === 'destination-file-missing';
}
