import type { Abilities, ByteRange, FreeSpace } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { parseFile, parseFolder, parseUpload } from './jottacloud/jotta-files.ts';
import { encodePathPart, encodePathParts } from './support/encode-path.ts';
import { fileMissing, folderMissing, nameTaken } from './support/file-failures.ts';
import { folderPath } from './support/folder-path.ts';
import { checkStored, hashSource } from './support/hashed-source.ts';
import { discardBody, type HttpClient, type HttpResponse, readText } from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { requiredText, textAt } from './support/json.ts';
import { type BearerClient, endpointOf, openClient } from './support/oauth/index.ts';
import { requireFile } from './support/oauth/require-file.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';
import { SharedValue } from './support/shared-value.ts';
import { parseXml, textOf } from './support/xml.ts';

const REALM = '/auth/realms/jottacloud/protocol/openid-connect';
const OAUTH = {
  module: 'jottacloud',
  tokenUrl: `https://id.jottacloud.com${REALM}/token`,
  // Its refresh tokens change with every use, which only the login service can follow.
  keepsAuthid: true,
};
/** The device that every account has, and what may be on it. */
const BUILT_IN_DEVICE = 'Jotta';
const BUILT_IN_MOUNTS = ['Archive', 'Sync'];

export function openJottacloud(request: DestinationRequest): Jottacloud {
  const { url, settings } = request;
  const folders = folderPath(url);
  const device = settings.get('jottacloud-device');
  const isBuiltIn = device.toLowerCase() === BUILT_IN_DEVICE.toLowerCase();
  const mount = settings.get('jottacloud-mountpoint') ?? (isBuiltIn ? 'Archive' : 'Duplicati');
  if (isBuiltIn && !BUILT_IN_MOUNTS.some((allowed) => allowed.toLowerCase() === mount.toLowerCase())) {
    throw new DestinationError(
      'destination-refused',
      `The device ${device} of Jottacloud has no mount point '${mount}' for backups.`,
      {
        details: { device, mount },
        hint: 'Use Archive or Sync, or a device of your own by --jottacloud-device.',
      },
    );
  }
  const { http, client } = openClient(request, OAUTH, {});
  return new Jottacloud({
    http,
    client,
    hosts: {
      files: endpointOf(settings, 'https://jfs.jottacloud.com'),
      uploads: endpointOf(settings, 'https://up.jottacloud.com'),
      users: endpointOf(settings, 'https://id.jottacloud.com'),
    },
    device: { name: device, mount, isBuiltIn },
    folders,
  });
}

export interface JottacloudParts {
  readonly http: HttpClient;
  readonly client: BearerClient;
  readonly hosts: { readonly files: string; readonly uploads: string; readonly users: string };
  readonly device: { readonly name: string; readonly mount: string; readonly isBuiltIn: boolean };
  readonly folders: readonly string[];
}

/** A folder on Jottacloud. */
export class Jottacloud
  implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange' | 'freeSpace'>
{
  readonly #parts: JottacloudParts;
  readonly #client: BearerClient;
  readonly #userName: SharedValue<string>;
  /** Looked for before the first upload, because the storage would make it. */
  readonly #presence = new SharedValue(() => this.#checkFolder());

  constructor(parts: JottacloudParts) {
    this.#parts = parts;
    this.#client = parts.client;
    this.#userName = new SharedValue(() => this.#askUserName());
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    options.signal?.throwIfAborted();
    yield* await this.#readFolder(options);
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    yield* (await this.#read(name, {}, options)).body;
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    return readRange(await this.#read(name, rangeHeader(range), options), name, range);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    const url = await this.#fileUrl(name, options, 'umode=nomultipart', this.#parts.hosts.uploads);
    await this.#presence.get(options);
    const hashed = hashSource(source, 'md5');
    const response = await this.#client.expect({
      ...options,
      method: 'POST',
      url,
      headers: { 'content-type': 'application/octet-stream', jsize: String(source.sizeBytes) },
      body: hashed.source,
      limit: 'transfer',
      statuses: [200, 201],
      failure: { action: `store '${name}'`, missing: 'destination-folder-missing' },
    });
    const stored = parseUpload(await readText(response), name);
    checkStored(
      name,
      { sizeBytes: stored.sizeBytes, checksum: stored.md5 },
      { sizeBytes: source.sizeBytes, checksum: hashed.digest().toString('hex') },
    );
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    await this.#requireFile(name, options);
    const url = await this.#fileUrl(name, options, 'rm=true');
    const response = await this.#client.send({ ...options, method: 'POST', url, limit: 'short' });
    await discardBody(await this.#found(response, name, `delete '${name}'`, [200, 204]));
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemotePath(newName);
    await this.#requireFile(name, options);
    const below = newName.split('/').slice(0, -1);
    if (below.length > 0) await this.#makeFolder([...this.#parts.folders, ...below], options);
    if (await this.#hasFile(newName, options)) throw nameTaken(name, newName);
    const url = await this.#fileUrl(name, options);
    const target = await this.#pathOf([...this.#parts.folders, ...newName.split('/')], options);
    url.search = `?mv=${encodePathPart(`/${target}`)}`;
    const response = await this.#client.send({ ...options, method: 'POST', url, limit: 'short' });
    const action = `rename '${name}' to '${newName}'`;
    await discardBody(await this.#found(response, name, action, [200]));
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    const { device, hosts } = this.#parts;
    if (!device.isBuiltIn) {
      const user = await this.#userName.get(options);
      const path = encodePathParts(`${user}/${device.name}`);
      const url = new URL(`${hosts.files}/jfs/${path}?type=WORKSTATION`);
      const failure = { action: `create the device '${device.name}'` };
      await this.#client.done({ ...options, method: 'POST', url, limit: 'short', failure });
    }
    await this.#makeFolder(this.#parts.folders, options);
  }

  async freeSpace(options: SignalOptions = {}): Promise<FreeSpace> {
    const user = await this.#userName.get(options);
    const url = new URL(`${this.#parts.hosts.files}/jfs/${encodePathPart(user)}`);
    const failure = { action: 'ask for the free space' };
    const response = await this.#client.expect({ ...options, method: 'GET', url, limit: 'short', failure });
    const facts = parseXml(await readText(response));
    const capacity = Number(textOf(facts, 'capacity') ?? -1);
    // Without a limit there is as much as numbers can say.
    const totalBytes = capacity < 0 ? Number.MAX_SAFE_INTEGER : capacity;
    return { totalBytes, freeBytes: Math.max(0, totalBytes - Number(textOf(facts, 'usage') ?? 0)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.http[Symbol.dispose]();
  }

  async #read(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const url = await this.#fileUrl(name, options, 'mode=bin');
    const response = await this.#client.send({ ...options, method: 'GET', url, headers, limit: 'transfer' });
    return this.#found(response, name, `read '${name}'`, [200, 206, 416]);
  }

  async #readFolder(options: SignalOptions): Promise<readonly RemoteFile[]> {
    const url = await this.#urlOf(this.#parts.folders, options);
    const failure = { action: 'list the folder', missing: 'destination-folder-missing' } as const;
    const response = await this.#client.expect({ ...options, method: 'GET', url, limit: 'list', failure });
    const files = parseFolder(await readText(response));
    if (files === 'deleted') throw folderMissing(this.#parts.folders.join('/'));
    return files;
  }

  /** Deleted files leave traces that answer requests, so it is asked for what is known of it. */
  async #hasFile(name: string, options: SignalOptions): Promise<boolean> {
    const url = await this.#urlOf([...this.#parts.folders, ...name.split('/')], options);
    const response = await this.#client.send({ ...options, method: 'GET', url, limit: 'short' });
    if (response.status === 404) {
      await discardBody(response);
      return false;
    }
    if (response.status === 200) return parseFile(await readText(response)) !== undefined;
    throw await this.#client.failure(response, { action: `find '${name}'` });
  }

  async #requireFile(name: string, options: SignalOptions): Promise<void> {
    checkRemoteName(name);
    options.signal?.throwIfAborted();
    if (await this.#hasFile(name, options)) return;
    await this.#checkFolder();
    throw fileMissing(name);
  }

  #found(
    response: HttpResponse,
    name: string,
    action: string,
    statuses: readonly number[],
  ): Promise<HttpResponse> {
    const checkFolder = () => this.#checkFolder();
    return requireFile(this.#client, response, { name, action, statuses, checkFolder });
  }

  async #checkFolder(): Promise<true> {
    await this.#readFolder({});
    return true;
  }

  async #makeFolder(folders: readonly string[], options: SignalOptions): Promise<void> {
    const url = await this.#urlOf(folders, options);
    url.search = '?mkDir=true';
    const failure = { action: 'create the folder' };
    await this.#client.done({
      ...options,
      method: 'POST',
      url,
      limit: 'short',
      statuses: [200, 201],
      failure,
    });
  }

  async #askUserName(): Promise<string> {
    const url = new URL(`${this.#parts.hosts.users}${REALM}/userinfo`);
    const failure = { action: 'ask whose account it is' };
    const user = await this.#client.json({ method: 'GET', url, limit: 'short', failure });
    return textAt(user, 'username') ?? requiredText(user, 'preferred_username');
  }

  async #fileUrl(
    name: string,
    options: SignalOptions,
    query = '',
    host = this.#parts.hosts.files,
  ): Promise<URL> {
    checkRemoteName(name);
    options.signal?.throwIfAborted();
    const url = await this.#urlOf([...this.#parts.folders, name], options, host);
    url.search = query;
    return url;
  }

  async #urlOf(
    path: readonly string[],
    options: SignalOptions,
    host = this.#parts.hosts.files,
  ): Promise<URL> {
    return new URL(`${host}/jfs/${encodePathParts(await this.#pathOf(path, options))}`);
  }

  async #pathOf(path: readonly string[], options: SignalOptions): Promise<string> {
    const { device } = this.#parts;
    return [await this.#userName.get(options), device.name, device.mount, ...path].join('/');
  }
}
