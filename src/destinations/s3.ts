import { createHash } from 'node:crypto';
import type { Abilities, ByteRange } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { listObjects } from './s3/list-objects.ts';
import { uploadInParts } from './s3/multipart.ts';
import { readLateFailure, S3Client, type S3ClientParts } from './s3/s3-client.ts';
import { readS3Server, readS3Settings, type S3Server, type S3Settings } from './s3/s3-settings.ts';
import { requireCredentials } from './support/credentials.ts';
import { encodePathPart, encodePathParts } from './support/encode-path.ts';
import {
  discardBody,
  HttpClient,
  type HttpResponse,
  readHttpSettings,
  readText,
} from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { checkListableName, checkRemoteName } from './support/remote-name.ts';
import { escapeXml, parseXml, textOf } from './support/xml.ts';

/** Answers of servers to a question about locks where there are none. */
const NO_LOCK_CODES: ReadonlySet<string> = new Set([
  'NoSuchObjectLockConfiguration',
  'ObjectLockConfigurationNotFoundError',
  'InvalidRequest',
]);

export function openS3(request: DestinationRequest): S3Bucket {
  const server = readS3Server(request.settings);
  return openBucket(request, async () => server);
}

/** A bucket on a server that is found when it is needed. */
export function openBucket(
  request: DestinationRequest,
  findServer: (http: HttpClient, keyId: string) => Promise<S3Server>,
): S3Bucket {
  const { settings, log } = request;
  const { user: keyId, password: secret } = requireCredentials(
    request,
    { user: settings.get('aws-access-key-id'), password: settings.get('aws-secret-access-key') },
    { user: 'aws-access-key-id', password: 'aws-secret-access-key' },
  );
  const s3 = readS3Settings(request);
  const http = new HttpClient(readHttpSettings(settings), log);
  const { bucket } = s3;
  return new S3Bucket(s3, {
    http,
    bucket,
    keyId,
    secret,
    findServer: () => findServer(http, keyId),
  });
}

/**
 * The objects below a prefix of a bucket on any server that speaks S3 (Amazon's API of 2006-03-01, Signature
 * Version 4).
 */
export class S3Bucket
  implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange' | 'lock' | 'lockedUntil'>
{
  readonly #settings: S3Settings;
  readonly #http: HttpClient;
  readonly #client: S3Client;

  constructor(settings: S3Settings, parts: S3ClientParts) {
    this.#settings = settings;
    this.#http = parts.http;
    this.#client = new S3Client(parts);
  }

  list(options: SignalOptions = {}): AsyncIterable<RemoteFile> {
    return listObjects(this.#client, this.#settings, options);
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    const request = { ...options, method: 'GET', key: this.#keyOf(name), limit: 'transfer' } as const;
    const response = await this.#client.expect(request, `read '${name}'`, [200]);
    yield* response.body;
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    const headers = rangeHeader(range);
    const request = {
      ...options,
      method: 'GET',
      key: this.#keyOf(name),
      headers,
      limit: 'transfer',
    } as const;
    const response = await this.#client.expect(request, `read '${name}'`, [200, 206, 416]);
    return readRange(response, name, range);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    const { multipartBytes, signsPayload } = this.#settings;
    const key = this.#keyOf(name);
    checkListableName(name);
    const action = `store '${name}'`;
    const headers = this.#storingHeaders();
    if (source.sizeBytes > multipartBytes) {
      const upload = { key, action, source, headers, smallestPartBytes: multipartBytes };
      await uploadInParts(this.#client, upload, options);
      return;
    }
    const { sha256 } = source;
    const checksum = sha256 === undefined ? {} : { 'x-amz-checksum-sha256': sha256.toString('base64') };
    const response = await this.#client.expect(
      {
        ...options,
        method: 'PUT',
        key,
        headers: { ...headers, ...checksum },
        body: source,
        bodySha256: signsPayload ? sha256 : undefined,
        limit: 'transfer',
      },
      action,
      [200],
    );
    await discardBody(response);
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    const key = this.#keyOf(name);
    // S3 deletes what is not there without a word.
    if (!(await this.#exists(key, options))) throw await this.#missing(name, options);
    const request = { ...options, method: 'DELETE', key, limit: 'short' } as const;
    await discardBody(await this.#client.expect(request, `delete '${name}'`, [200, 204]));
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkListableName(newName);
    const [key, newKey] = [this.#keyOf(name), this.#settings.prefix + newName];
    const action = `rename '${name}' to '${newName}'`;
    if (!(await this.#exists(key, options))) throw await this.#missing(name, options);
    if (await this.#exists(newKey, options)) {
      throw new DestinationError('destination-file-exists', `Cannot ${action}: that name is taken.`, {
        details: { name, newName },
      });
    }
    const source = `/${encodePathPart(this.#settings.bucket)}/${encodePathParts(key)}`;
    const headers = { ...this.#storingHeaders(), 'x-amz-copy-source': source };
    const copy = { ...options, method: 'PUT', key: newKey, headers, limit: 'list' } as const;
    await readLateFailure(this.#client, await this.#client.expect(copy, action, [200]), action);
    await this.delete(name, options);
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    const { location } = this.#settings;
    const region = location === undefined || location === 'us-east-1' ? '' : escapeXml(location);
    const body =
      region === ''
        ? ''
        : `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
    const response = await this.#client.send({ ...options, method: 'PUT', body, limit: 'short' });
    // Servers say in different ways that it exists already; what counts is whether it can be used.
    if (response.status === 409 && (await this.#bucketExists(options))) await discardBody(response);
    else if (response.status === 200) await discardBody(response);
    else throw await this.#client.failure(response, 'create the bucket');
  }

  async lock(name: string, untilMs: number, options: SignalOptions = {}): Promise<void> {
    const until = new Date(untilMs).toISOString();
    const mode = this.#settings.lockMode;
    const body = `<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;
    const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
    const request = {
      ...options,
      method: 'PUT',
      key: this.#keyOf(name),
      headers,
      body,
      limit: 'short',
    } as const;
    const response = await this.#client.expect(
      { ...request, query: { retention: '' } },
      `lock '${name}'`,
      [200],
    );
    await discardBody(response);
  }

  async lockedUntil(name: string, options: SignalOptions = {}): Promise<number | undefined> {
    const key = this.#keyOf(name);
    const request = { ...options, method: 'GET', key, query: { retention: '' }, limit: 'short' } as const;
    const response = await this.#client.send(request);
    const action = `read the lock of '${name}'`;
    if (response.status === 200) {
      const untilMs = Date.parse(textOf(parseXml(await readText(response)), 'RetainUntilDate') ?? '');
      return Number.isNaN(untilMs) ? undefined : untilMs;
    }
    const failure = await this.#client.failure(response, action);
    if (NO_LOCK_CODES.has(String(failure.details['serverCode']))) return undefined;
    throw failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]();
  }

  #keyOf(name: string): string {
    checkRemoteName(name);
    return this.#settings.prefix + name;
  }

  #storingHeaders(): Readonly<Record<string, string>> {
    const { storageClass } = this.#settings;
    return {
      'content-type': 'application/octet-stream',
      ...(storageClass === undefined ? {} : { 'x-amz-storage-class': storageClass }),
    };
  }

  async #exists(key: string, options: SignalOptions): Promise<boolean> {
    return this.#isThere({ ...options, method: 'HEAD', key, limit: 'short' });
  }

  async #bucketExists(options: SignalOptions): Promise<boolean> {
    return this.#isThere({ ...options, method: 'HEAD', limit: 'short' });
  }

  async #isThere(request: Parameters<S3Client['send']>[0]): Promise<boolean> {
    const response: HttpResponse = await this.#client.send(request);
    if (response.status !== 200 && response.status !== 404)
      throw await this.#client.failure(response, `look for '${request.key ?? 'the bucket'}'`);
    await discardBody(response);
    return response.status === 200;
  }

  /** Tells a missing file from a missing bucket, for requests whose answer has no words. */
  async #missing(name: string, options: SignalOptions): Promise<DestinationError> {
    const { bucket } = this.#settings;
    if (await this.#bucketExists(options)) {
      return new DestinationError('destination-file-missing', `There is no file '${name}' in the bucket.`, {
        details: { name, bucket },
      });
    }
    return new DestinationError('destination-folder-missing', `There is no bucket '${bucket}'.`, {
      details: { bucket },
    });
  }
}
