import type { Abilities, ByteRange } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { GOOGLE_ERRORS, GOOGLE_TOKEN_URL } from './google/google-errors.ts';
import { uploadResumable } from './google/resumable-upload.ts';
import { readServiceAccount, serviceAccountTokens } from './google/service-account.ts';
import { missingOption } from './support/credentials.ts';
import { encodePathPart } from './support/encode-path.ts';
import { fileMissing, nameTaken } from './support/file-failures.ts';
import { splitPath } from './support/folder-path.ts';
import { checkStored, hashSource } from './support/hashed-source.ts';
import { discardBody, HttpClient, type HttpResponse, readHttpSettings } from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { type JsonObject, numberAt, objectsAt, readJson, textAt, timeAt, valueAt } from './support/json.ts';
import { BearerClient, endpointOf, openTokens } from './support/oauth/index.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';

const OAUTH = { module: 'gcs', tokenUrl: GOOGLE_TOKEN_URL };
const SCOPES = {
  transfers: 'https://www.googleapis.com/auth/devstorage.read_write',
  locks: 'https://www.googleapis.com/auth/devstorage.full_control',
} as const;

export function openGcs(request: DestinationRequest): GcsBucket {
  const { url, settings, log } = request;
  const http = new HttpClient(readHttpSettings(settings), log);
  const account = readServiceAccount(settings);
  const mode = settings.get('gcs-retention-policy-mode');
  const tokens =
    account === undefined
      ? openTokens(request, OAUTH, http)
      : serviceAccountTokens(http, account, mode === undefined ? SCOPES.transfers : SCOPES.locks);
  return new GcsBucket({
    http,
    client: new BearerClient(http, tokens, GOOGLE_ERRORS),
    endpoint: endpointOf(settings, 'https://storage.googleapis.com'),
    bucket: url.host ?? '',
    prefix: splitPath(url.path)
      .map((part) => `${part}/`)
      .join(''),
    creation: {
      project: () => {
        const project = settings.get('gcs-project');
        if (project === undefined) throw missingOption(request, 'gcs-project');
        return project;
      },
      location: settings.get('gcs-location'),
    },
    storageClass: settings.get('gcs-storage-class'),
    retentionMode: mode ?? 'Unlocked',
  });
}

export interface GcsParts {
  readonly http: HttpClient;
  readonly client: BearerClient;
  readonly endpoint: string;
  readonly bucket: string;
  /** Empty, or ends in a slash. */
  readonly prefix: string;
  readonly creation: {
    /** Throws `destination-incomplete` where it is not known. */
    readonly project: () => string;
    readonly location: string | undefined;
  };
  readonly storageClass: string | undefined;
  readonly retentionMode: string;
}

/** The objects below a prefix of a bucket of Google Cloud Storage (JSON API, version 1). */
export class GcsBucket
  implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange' | 'lock' | 'lockedUntil'>
{
  readonly #parts: GcsParts;
  readonly #client: BearerClient;

  constructor(parts: GcsParts) {
    this.#parts = parts;
    this.#client = parts.client;
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    const { prefix } = this.#parts;
    let pageToken: string | undefined;
    do {
      const page = await this.#page(pageToken, options);
      yield* objectsAt(page, 'items').flatMap((item) => readObject(item, prefix));
      pageToken = textAt(page, 'nextPageToken');
    } while (pageToken !== undefined);
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    yield* (await this.#read(name, {}, options)).body;
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    return readRange(await this.#read(name, rangeHeader(range), options), name, range);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    const { endpoint, bucket, prefix, storageClass } = this.#parts;
    const url = new URL(`${endpoint}/upload/storage/v1/b/${encodePathPart(bucket)}/o`);
    url.searchParams.set('uploadType', 'resumable');
    url.searchParams.set('name', prefix + name);
    const hashed = hashSource(source, 'md5');
    const upload = {
      url,
      metadata: storageClass === undefined ? {} : { storageClass },
      source: hashed.source,
      failure: { action: `store '${name}'`, missing: 'destination-folder-missing' },
    } as const;
    const stored = await uploadResumable(this.#client, upload, options);
    checkStored(
      name,
      { sizeBytes: numberAt(stored, 'size'), checksum: textAt(stored, 'md5Hash') },
      { sizeBytes: source.sizeBytes, checksum: hashed.digest().toString('base64') },
    );
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    const url = this.#objectUrl(name);
    const response = await this.#client.send({ ...options, method: 'DELETE', url, limit: 'short' });
    await discardBody(await this.#found(response, { name, action: `delete '${name}'`, ...options }, [204]));
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemotePath(newName);
    const { bucket, prefix } = this.#parts;
    const target = `/rewriteTo/b/${encodePathPart(bucket)}/o/${encodePathPart(prefix + newName)}`;
    const url = this.#objectUrl(name, target);
    // Only where nothing has the new name.
    url.searchParams.set('ifGenerationMatch', '0');
    for (let isDone = false; !isDone; ) {
      const response = await this.#client.send({ ...options, method: 'POST', url, limit: 'list' });
      if (response.status === 412) {
        await discardBody(response);
        throw nameTaken(name, newName);
      }
      const answer = await readJson(
        await this.#found(response, { name, action: `rename '${name}' to '${newName}'`, ...options }, [200]),
      );
      isDone = valueAt(answer, 'done') !== false;
      url.searchParams.set('rewriteToken', textAt(answer, 'rewriteToken') ?? '');
    }
    await this.delete(name, options);
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    if (await this.#bucketExists(options)) return;
    const { endpoint, bucket, storageClass, creation } = this.#parts;
    const url = new URL(`${endpoint}/storage/v1/b`);
    url.searchParams.set('project', creation.project());
    const { location } = creation;
    const body = JSON.stringify({ name: bucket, location, storageClass });
    await this.#client.done({
      ...options,
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body,
      limit: 'short',
      failure: { action: `create the bucket '${bucket}'` },
    });
  }

  async lock(name: string, untilMs: number, options: SignalOptions = {}): Promise<void> {
    const url = this.#objectUrl(name);
    url.searchParams.set('overrideUnlockedRetention', 'true');
    const retention = {
      mode: this.#parts.retentionMode,
      retainUntilTime: new Date(untilMs).toISOString(),
    };
    const response = await this.#client.send({
      ...options,
      method: 'PATCH',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ retention }),
      limit: 'short',
    });
    await discardBody(await this.#found(response, { name, action: `lock '${name}'`, ...options }, [200]));
  }

  async lockedUntil(name: string, options: SignalOptions = {}): Promise<number | undefined> {
    const url = this.#objectUrl(name);
    url.searchParams.set('fields', 'retention');
    const response = await this.#client.send({ ...options, method: 'GET', url, limit: 'short' });
    const action = `read the lock of '${name}'`;
    const facts = await readJson(await this.#found(response, { name, action, ...options }, [200]));
    return timeAt(facts, 'retention', 'retainUntilTime');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.http[Symbol.dispose]();
  }

  async #read(
    name: string,
    headers: Readonly<Record<string, string>>,
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const url = this.#objectUrl(name);
    url.searchParams.set('alt', 'media');
    const response = await this.#client.send({ ...options, method: 'GET', url, headers, limit: 'transfer' });
    return this.#found(response, { name, action: `read '${name}'`, ...options }, [200, 206, 416]);
  }

  /** An answer about one object. "Not found" may mean the bucket, too. */
  async #found(
    response: HttpResponse,
    { name, action, signal }: SignalOptions & { readonly name: string; readonly action: string },
    statuses: readonly number[],
  ): Promise<HttpResponse> {
    if (statuses.includes(response.status)) return response;
    if (response.status !== 404) throw await this.#client.failure(response, { action });
    await discardBody(response);
    await this.#page(undefined, { signal }, 1);
    throw fileMissing(name);
  }

  async #bucketExists(options: SignalOptions): Promise<boolean> {
    const response = await this.#client.send({
      ...options,
      method: 'GET',
      url: this.#listUrl(1),
      limit: 'list',
    });
    await discardBody(response);
    return response.status === 200;
  }

  #page(pageToken: string | undefined, options: SignalOptions, limit = 1000): Promise<JsonObject> {
    const url = this.#listUrl(limit);
    if (pageToken !== undefined) url.searchParams.set('pageToken', pageToken);
    const failure = { action: 'list the bucket', missing: 'destination-folder-missing' } as const;
    return this.#client.json({ ...options, method: 'GET', url, limit: 'list', failure });
  }

  #listUrl(limit: number): URL {
    const { endpoint, bucket, prefix } = this.#parts;
    const url = new URL(`${endpoint}/storage/v1/b/${encodePathPart(bucket)}/o`);
    url.searchParams.set('prefix', prefix);
    url.searchParams.set('delimiter', '/');
    url.searchParams.set('maxResults', String(limit));
    url.searchParams.set('fields', 'nextPageToken,items(name,size,updated)');
    return url;
  }

  #objectUrl(name: string, action = ''): URL {
    checkRemoteName(name);
    const { endpoint, bucket, prefix } = this.#parts;
    return new URL(
      `${endpoint}/storage/v1/b/${encodePathPart(bucket)}/o/${encodePathPart(prefix + name)}${action}`,
    );
  }
}

function readObject(item: JsonObject, prefix: string): RemoteFile[] {
  const name = (textAt(item, 'name') ?? '').slice(prefix.length);
  // A folder made by a web console is an empty object of the prefix's own name.
  if (name === '' || name.includes('/')) return [];
  return [{ name, sizeBytes: numberAt(item, 'size') ?? -1, modifiedAtMs: timeAt(item, 'updated') }];
}
