import { stat, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, toSystemPath } from '../base/index.ts';
import type { Abilities, ByteRange, FreeSpace } from './abilities.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { chooseFolder, type FolderCandidates, resolveCandidates } from './local-folder/choose-folder.ts';
import { attempting } from './local-folder/file-errors.ts';
import { listFolder } from './local-folder/list-folder.ts';
import { makeFolder } from './local-folder/make-folder.ts';
import { readStoredFile, readStoredRange } from './local-folder/read-file.ts';
import { renameFile } from './local-folder/rename-file.ts';
import { type StoreOrder, storeFile } from './local-folder/store-file.ts';
import { removeStaleFiles } from './local-folder/temporary-files.ts';
import { PendingWork } from './support/pending-work.ts';
import { checkRemoteName, checkRemotePath } from './support/remote-name.ts';

export function openLocalFolder({ url, settings }: DestinationRequest): LocalFolder {
  const candidates = resolveCandidates({
    path: url.path,
    alternates: settings.get('alternate-target-paths') ?? [],
    marker: settings.get('alternate-destination-marker') || undefined,
  });
  return new LocalFolder(candidates, {
    adoption: settings.get('use-move-for-put') ? 'move' : 'link',
    lengthCheck: settings.get('disable-length-verification') ? 'none' : 'stat',
  });
}

/** A folder of the local file system, mounted drives and network shares included. */
export class LocalFolder implements Destination, Omit<Abilities, 'lock' | 'lockedUntil' | 'download'> {
  readonly #candidates: FolderCandidates;
  readonly #storing: Pick<StoreOrder, 'adoption' | 'lengthCheck'>;
  readonly #work = new PendingWork();
  #chosen: string | undefined;
  #looksForStaleFiles = true;

  constructor(candidates: FolderCandidates, storing: Pick<StoreOrder, 'adoption' | 'lengthCheck'>) {
    this.#candidates = candidates;
    this.#storing = storing;
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    yield* listFolder(await this.#folder(options), this.#work, options);
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    checkRemoteName(name);
    yield* readStoredFile({ folder: await this.#folder(options), name }, this.#work, options);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    const folder = await this.#folder(options);
    this.#removeStaleFiles(folder);
    const order = { ...this.#storing, folder, name, source, signal: options.signal };
    await this.#work.run(storeFile(order), options);
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    const folder = await this.#folder(options);
    const attempt = { folder, action: `delete '${name}'`, seeksFile: true };
    const path = toSystemPath(join(folder, name));
    await this.#work.run(
      attempting(attempt, () => unlink(path)),
      options,
    );
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    const folder = await this.#folder(options);
    await this.#work.run(makeFolder({ folder, action: 'create a folder' }, folder), options);
  }

  async freeSpace(options: SignalOptions = {}): Promise<FreeSpace> {
    const folder = await this.#folder(options);
    const attempt = { folder, action: 'measure the free space' };
    const { bsize, blocks, bavail } = await this.#work.run(
      attempting(attempt, () => statfs(toSystemPath(folder))),
      options,
    );
    return { totalBytes: bsize * blocks, freeBytes: bsize * bavail };
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    checkRemotePath(newName);
    await this.#work.run(renameFile(await this.#folder(options), name, newName), options);
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    checkRemoteName(name);
    return this.#work.run(readStoredRange({ folder: await this.#folder(options), name }, range), options);
  }

  async localPath(name: string, options: SignalOptions = {}): Promise<string> {
    checkRemoteName(name);
    const folder = await this.#folder(options);
    const path = join(folder, name);
    const attempt = { folder, action: `read '${name}'`, seeksFile: true };
    await this.#work.run(
      attempting(attempt, () => stat(toSystemPath(path))),
      options,
    );
    return path;
  }

  /** Waits for calls that an abort left behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work.settled();
  }

  async #folder(options: SignalOptions): Promise<string> {
    options.signal?.throwIfAborted();
    this.#chosen ??= await this.#work.run(chooseFolder(this.#candidates), options);
    return this.#chosen;
  }

  /** Once, beside the first upload: whoever only reads changes nothing at the destination. */
  #removeStaleFiles(folder: string): void {
    if (this.#looksForStaleFiles) this.#work.add(removeStaleFiles(folder, systemClock.now()));
    this.#looksForStaleFiles = false;
  }
}
