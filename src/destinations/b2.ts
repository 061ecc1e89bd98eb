import type { Abilities, ByteRange } from './abilities.ts';
import { type B2Call, B2Client } from './b2/b2-client.ts';
import { type B2Settings, readB2Settings } from './b2/b2-settings.ts';
import { B2Uploads } from './b2/upload.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { encodePathPart, encodePathParts } from './support/encode-path.ts';
import { HttpClient, type HttpResponse, readHttpSettings } from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { type JsonObject, numberAt, objectsAt, requiredText, textAt } from './support/json.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';
import { SharedValue } from './support/shared-value.ts';

/** One version of a file; the newest of a name comes first. */
interface FileVersion {
  readonly fileId: string;
  /** False for marks that hide the versions below. */
  readonly isFile: boolean;
}

/** More versions of one name than anybody has. */
const MAX_VERSIONS = 1000;

export function openB2(request: DestinationRequest): B2Bucket {
  return new B2Bucket(
    new HttpClient(readHttpSettings(request.settings), request.log),
    readB2Settings(request),
  );
}

/**
 * The files below a prefix of a bucket of Backblaze B2. A bucket keeps versions: deleting takes all of them
 * away, and replacing those that are known.
 */
export class B2Bucket
  implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange' | 'lock' | 'lockedUntil'>
{
  readonly #http: HttpClient;
  readonly #settings: B2Settings;
  readonly #client: B2Client;
  readonly #uploads: B2Uploads;
  readonly #bucketId: SharedValue<string>;
  /** Names that were seen at the storage, of which a `put` makes a further version. */
  readonly #seen = new Set<string>();

  constructor(http: HttpClient, settings: B2Settings) {
    this.#http = http;
    this.#settings = settings;
    this.#client = new B2Client(http, settings);
    this.#uploads = new B2Uploads(this.#client);
    this.#bucketId = new SharedValue(() => this.#findBucket());
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    const { prefix, pageFiles } = this.#settings;
    const bucketId = await this.#bucketId.get(options);
    let startFileName = '';
    do {
      const position = startFileName === '' ? {} : { startFileName };
      const content = { bucketId, prefix, delimiter: '/', maxFileCount: pageFiles, ...position };
      const page = await this.#call('b2_list_file_names', content, 'list the bucket', {
        ...options,
        limit: 'list',
      });
      for (const file of objectsAt(page, 'files').flatMap((entry) => readFile(entry, prefix))) {
        this.#seen.add(file.name);
        yield file;
      }
      const next = textAt(page, 'nextFileName') ?? '';
      if (next !== '' && next <= startFileName) {
        throw new DestinationError('destination-corrupt', 'The listing of the bucket does not go on.', {
          details: { position: next },
        });
      }
      startFileName = next;
    } while (startFileName !== '');
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    yield* (await this.#read(name, {}, [200], options)).body;
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    const response = await this.#read(name, rangeHeader(range), [200, 206, 416], options);
    return readRange(response, name, range);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    const path = this.#pathOf(name);
    const bucketId = await this.#bucketId.get(options);
    const action = `store '${name}'`;
    const fileId = await this.#uploads.upload(bucketId, { path, source, action }, options);
    if (this.#seen.has(name)) {
      const versions = await this.#versionsOf(path, options);
      const newest = versions.findIndex((version) => version.fileId === fileId);
      await this.#deleteVersions(path, versions.slice(newest + 1), options);
    }
    this.#seen.add(name);
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    const path = this.#pathOf(name);
    const versions = await this.#versionsOf(path, options);
    if (versions[0]?.isFile !== true) throw missingFile(name);
    await this.#deleteVersions(path, versions, options);
    this.#seen.delete(name);
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemotePath(newName);
    const newPath = this.#settings.prefix + newName;
    const { fileId: sourceFileId } = await this.#newestOf(name, options);
    const action = `rename '${name}' to '${newName}'`;
    if ((await this.#versionsOf(newPath, options))[0]?.isFile === true) {
      throw new DestinationError('destination-file-exists', `Cannot ${action}: that name is taken.`, {
        details: { name, newName },
      });
    }
    const call = { ...options, limit: 'list' } as const;
    await this.#call('b2_copy_file', { sourceFileId, fileName: newPath }, action, call);
    await this.delete(name, options);
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    const { bucket: bucketName, bucketType } = this.#settings;
    const action = 'create the bucket';
    try {
      await this.#client.call(
        'b2_create_bucket',
        ({ accountId }) => ({ accountId, bucketName, bucketType }),
        action,
        { ...options, limit: 'short' },
      );
    } catch (error) {
      const isThere =
        error instanceof DestinationError && error.details['serverCode'] === 'duplicate_bucket_name';
      if (!isThere) throw error;
      // The name may be that of somebody else's bucket, too.
      const isOurs = await this.#findBucket().catch(() => undefined);
      if (isOurs === undefined) throw error;
    }
  }

  async lock(name: string, untilMs: number, options: SignalOptions = {}): Promise<void> {
    const { fileId } = await this.#newestOf(name, options);
    const fileRetention = { mode: this.#settings.lockMode, retainUntilTimestamp: untilMs };
    const content = { fileName: this.#pathOf(name), fileId, fileRetention };
    const call = { ...options, limit: 'short' } as const;
    await this.#call('b2_update_file_retention', content, `lock '${name}'`, call);
  }

  async lockedUntil(name: string, options: SignalOptions = {}): Promise<number | undefined> {
    const { fileId } = await this.#newestOf(name, options);
    const action = `read the lock of '${name}'`;
    const info = await this.#call('b2_get_file_info', { fileId }, action, { ...options, limit: 'short' });
    return numberAt(info, 'fileRetention', 'value', 'retainUntilTimestamp');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]();
  }

  async #read(
    name: string,
    range: Readonly<Record<string, string>>,
    statuses: readonly number[],
    options: SignalOptions,
  ): Promise<HttpResponse> {
    const path = encodePathParts(this.#pathOf(name));
    await this.#bucketId.get(options);
    const bucket = encodePathPart(this.#settings.bucket);
    const response = await this.#client.withSession(options, ({ downloadUrl, token }) =>
      this.#client.send({
        ...options,
        method: 'GET',
        url: new URL(`${downloadUrl}/file/${bucket}/${path}`),
        headers: { authorization: token, ...range },
        limit: 'transfer',
      }),
    );
    if (statuses.includes(response.status)) return response;
    throw await this.#client.failure(response, `read '${name}'`);
  }

  #call(name: string, content: JsonObject, action: string, call: B2Call): Promise<JsonObject> {
    return this.#client.call(name, () => content, action, call);
  }

  async #findBucket(): Promise<string> {
    const { bucket: bucketName } = this.#settings;
    const answer = await this.#client.call(
      'b2_list_buckets',
      ({ accountId }) => ({ accountId, bucketName }),
      'look for the bucket',
      { limit: 'short' },
    );
    const found = objectsAt(answer, 'buckets').find((entry) => textAt(entry, 'bucketName') === bucketName);
    if (found !== undefined) return requiredText(found, 'bucketId');
    throw new DestinationError('destination-folder-missing', `There is no bucket '${bucketName}'.`, {
      details: { bucket: bucketName },
    });
  }

  async #newestOf(name: string, options: SignalOptions): Promise<FileVersion> {
    const [newest] = await this.#versionsOf(this.#pathOf(name), options);
    if (newest?.isFile !== true) throw missingFile(name);
    return newest;
  }

  async #versionsOf(path: string, options: SignalOptions): Promise<readonly FileVersion[]> {
    const bucketId = await this.#bucketId.get(options);
    const content = { bucketId, prefix: path, startFileName: path, maxFileCount: MAX_VERSIONS };
    const call = { ...options, limit: 'list' } as const;
    const answer = await this.#call('b2_list_file_versions', content, 'list the versions of a file', call);
    return objectsAt(answer, 'files')
      .filter((entry) => textAt(entry, 'fileName') === path)
      .map((entry) => ({
        fileId: requiredText(entry, 'fileId'),
        isFile: textAt(entry, 'action') === 'upload' || textAt(entry, 'action') === 'copy',
      }));
  }

  async #deleteVersions(
    fileName: string,
    versions: readonly FileVersion[],
    options: SignalOptions,
  ): Promise<void> {
    for (const { fileId } of versions) {
      const call = { ...options, limit: 'short' } as const;
      await this.#call('b2_delete_file_version', { fileName, fileId }, `delete '${fileName}'`, call);
    }
  }

  #pathOf(name: string): string {
    checkRemoteName(name);
    return this.#settings.prefix + name;
  }
}

function readFile(entry: JsonObject, prefix: string): RemoteFile[] {
  const path = textAt(entry, 'fileName') ?? '';
  const name = path.slice(prefix.length);
  if (!path.startsWith(prefix) || name === '' || name.includes('/')) return [];
  return [
    {
      name,
      sizeBytes: numberAt(entry, 'contentLength') ?? -1,
      modifiedAtMs: numberAt(entry, 'uploadTimestamp'),
    },
  ];
}

function missingFile(name: string): DestinationError {
  return new DestinationError('destination-file-missing', `There is no file '${name}' in the bucket.`, {
    details: { name },
  });
}
