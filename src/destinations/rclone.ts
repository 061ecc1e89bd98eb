import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Abilities, ByteRange, FreeSpace } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { RcloneClient, type RcloneParameters } from './rclone/rclone-client.ts';
import { type RcloneAnswer, readAnswer } from './rclone/rclone-failures.ts';
import { type RcloneSettings, readRcloneSettings } from './rclone/settings.ts';
import { type FilePlace, WaysToFiles } from './rclone/ways-to-files.ts';
import { failureOf, MEANINGS } from './support/attempt.ts';
import type { HttpRequest, HttpResponse } from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { PendingWork } from './support/pending-work.ts';
import { checkListableName, checkRemoteName } from './support/remote-name.ts';
import { wrongLength } from './support/wrong-length.ts';

export function openRclone(request: DestinationRequest): RcloneFolder {
  const settings = readRcloneSettings(request);
  const timeouts = {
    shortMs: request.settings.get('short-timeout'),
    listMs: request.settings.get('list-timeout'),
  };
  return new RcloneFolder(settings, new RcloneClient(settings, timeouts, request.log));
}

/**
 * A folder at one of rclone's remotes, through one `rclone rcd` for all calls. rclone stores from local files
 * and fetches into them, so that it knows size and hash beforehand and compares them afterwards; a source
 * that is no file is written to one first.
 */
export class RcloneFolder
  implements Destination, Pick<Abilities, 'createFolder' | 'freeSpace' | 'rename' | 'getRange' | 'download'>
{
  readonly #settings: RcloneSettings;
  readonly #client: RcloneClient;
  readonly #ways: WaysToFiles;
  /** rclone makes missing folders by itself, so whether this one was there is asked once before the first upload. */
  #folderIsKnown = false;
  /** As last listed, or stored since; `undefined` before a listing. */
  #takenNames: Set<string> | undefined;

  constructor(settings: RcloneSettings, client: RcloneClient) {
    this.#settings = settings;
    this.#client = client;
    this.#ways = new WaysToFiles(settings.folder);
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    yield* await this.#list(options);
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    checkRemoteName(name);
    const response = await this.#client.read(name, {}, options);
    if (response.status !== 200) throw await this.#readFailure(name, response, options);
    yield* response.body;
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    checkListableName(name);
    options.signal?.throwIfAborted();
    if (!this.#folderIsKnown) await this.#list(options);
    if (source.path !== undefined) {
      const { size } = await stat(source.path);
      if (size !== source.sizeBytes) throw wrongLength(size, source.sizeBytes);
      await this.#store(name, source.path, options);
      return;
    }
    const folder = await mkdtemp(join(this.#settings.temporaryFolder, 'ashlar-rclone-'));
    try {
      const path = join(folder, 'volume');
      await writeWhole(path, source, options);
      await this.#store(name, path, options);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async download(name: string, path: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    const to = { folder: dirname(path), name: basename(path) };
    const above = this.#ways.nextAbove(name);
    const about = { ...options, action: `read '${name}'`, seeks: 'file' } as const;
    if (above !== undefined && (await this.#hasCopied(above, to, about))) return;
    await this.#copy(this.#ways.plain(name), to, about);
    if (above !== undefined) this.#ways.forgetAbove();
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    await this.#ask(
      'operations/deletefile',
      { remote: name },
      { ...options, action: `delete '${name}'`, seeks: 'file' },
    );
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    checkListableName(newName);
    const action = `rename '${name}' to '${newName}'`;
    const { item } = await this.#ask('operations/stat', { remote: newName }, { ...options, action });
    if (item !== null) throw failureOf({ action, place: this.#place }, MEANINGS.fileExists);
    const { folder } = this.#settings;
    const names = { srcFs: folder, srcRemote: name, dstFs: folder, dstRemote: newName };
    this.#takenNames?.add(newName);
    await this.#ask('operations/movefile', names, { ...options, action, seeks: 'file', limit: 'transfer' });
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    await this.#ask('operations/mkdir', { remote: '' }, { ...options, action: 'create the folder' });
    this.#folderIsKnown = true;
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    checkRemoteName(name);
    const response = await this.#client.read(name, rangeHeader(range), options);
    if (![200, 206, 416].includes(response.status)) throw await this.#readFailure(name, response, options);
    return readRange(response, name, range);
  }

  async freeSpace(options: SignalOptions = {}): Promise<FreeSpace> {
    const action = 'measure the free space';
    const { total, free } = await this.#ask('operations/about', {}, { ...options, action });
    if (typeof total === 'number' && typeof free === 'number') return { totalBytes: total, freeBytes: free };
    throw failureOf(
      { action, place: this.#place },
      { code: 'destination-refused', because: 'this remote does not tell' },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }

  get #place(): string {
    return `'${this.#settings.folder}'`;
  }

  async #list(options: SignalOptions): Promise<RemoteFile[]> {
    const parameters = { remote: '', opt: { filesOnly: true, noMimeType: true } };
    const about = { ...options, action: 'list the files', seeks: 'folder', limit: 'list' } as const;
    const { list } = await this.#ask('operations/list', parameters, about);
    this.#folderIsKnown = true;
    // An empty listing is `null` in Go's JSON.
    const files = Array.isArray(list) ? list.map(toRemoteFile) : [];
    this.#takenNames = new Set([...files.map(({ name }) => name), ...(this.#takenNames ?? [])]);
    return files;
  }

  async #store(name: string, path: string, options: SignalOptions): Promise<void> {
    const from = { folder: dirname(path), name: basename(path) };
    const isNew = this.#takenNames?.has(name) === false;
    this.#takenNames?.add(name);
    await this.#copy(from, this.#ways.plain(name), { ...options, action: `store '${name}'`, isNew });
  }

  /** Replaces whatever has the name: sizes and times that happen to be equal prove nothing. */
  async #copy(from: FilePlace, to: FilePlace, about: CopyOptions): Promise<void> {
    await this.#ask('operations/copyfile', copyParameters(from, to, about), { ...about, limit: 'transfer' });
  }

  /** False where rclone could not, for whatever reason. */
  async #hasCopied(from: FilePlace, to: FilePlace, { signal }: CopyOptions): Promise<boolean> {
    const answer = await this.#client.call('operations/copyfile', copyParameters(from, to), {
      limit: 'transfer',
      signal,
    });
    return 'result' in answer;
  }

  async #ask(
    command: string,
    parameters: RcloneParameters,
    {
      action,
      seeks,
      limit = 'short',
      signal,
    }: SignalOptions & {
      readonly action: string;
      readonly seeks?: 'file' | 'folder';
      readonly limit?: HttpRequest['limit'];
    },
  ): Promise<RcloneParameters> {
    const answer = await this.#client.call(
      command,
      { fs: this.#settings.folder, ...parameters },
      { limit, signal },
    );
    if ('result' in answer) return answer.result;
    throw await this.#failure(action, answer.refusal, { seeks, signal });
  }

  async #readFailure(
    name: string,
    response: HttpResponse,
    options: SignalOptions,
  ): Promise<DestinationError> {
    return this.#failure(`read '${name}'`, await readAnswer(response), { ...options, seeks: 'file' });
  }

  /** A missing folder makes its files missing too, which must not be taken for one another. */
  async #failure(
    action: string,
    answer: RcloneAnswer,
    { seeks, signal }: SignalOptions & { readonly seeks: 'file' | 'folder' | undefined },
  ): Promise<DestinationError> {
    if (seeks === undefined || !this.#client.isNotThere(answer)) return this.#client.failure(action, answer);
    const attempt = { action, place: this.#place };
    if (seeks === 'folder') {
      this.#takenNames = new Set();
      return failureOf(attempt, MEANINGS.folderMissing);
    }
    try {
      await this.#list({ signal });
    } catch (error) {
      if (error instanceof DestinationError && error.code === 'destination-folder-missing')
        return failureOf(attempt, MEANINGS.folderMissing);
      throw error;
    }
    return failureOf(attempt, MEANINGS.fileMissing);
  }
}

interface CopyOptions extends SignalOptions {
  readonly action: string;
  readonly seeks?: 'file';
  /** Whether nothing has the name yet, so that rclone need not look. */
  readonly isNew?: boolean;
}

function copyParameters(
  from: FilePlace,
  to: FilePlace,
  { isNew = false }: Partial<CopyOptions> = {},
): RcloneParameters {
  return {
    ...{ srcFs: from.folder, srcRemote: from.name, dstFs: to.folder, dstRemote: to.name },
    _config: { IgnoreTimes: true, NoCheckDest: isNew },
  };
}

function toRemoteFile(entry: {
  readonly Name: string;
  readonly Size: number;
  readonly ModTime?: string;
}): RemoteFile {
  const modifiedAtMs = Date.parse(entry.ModTime ?? '');
  return {
    name: entry.Name,
    sizeBytes: entry.Size,
    modifiedAtMs: Number.isNaN(modifiedAtMs) ? undefined : modifiedAtMs,
  };
}

async function writeWhole(path: string, source: UploadSource, { signal }: SignalOptions): Promise<void> {
  let writtenBytes = 0;
  const copies = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of source.open()) {
      writtenBytes += piece.byteLength;
      if (writtenBytes > source.sizeBytes) throw wrongLength(writtenBytes, source.sizeBytes);
      // The stream reads ahead, while the memory of a piece may be used again once the next one is asked for.
      yield Buffer.from(piece);
    }
    if (writtenBytes !== source.sizeBytes) throw wrongLength(writtenBytes, source.sizeBytes);
  };
  // A source may hang, whoever gives up waiting for it.
  const pieces = new PendingWork().stream(copies(), { signal });
  await pipeline(pieces, createWriteStream(path, { mode: 0o600 }));
}
