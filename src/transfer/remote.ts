import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode, type Log } from '../base/index.ts';
import { type Destination, hasAbility, type RemoteFile } from '../destinations/index.ts';
import { type RetryPolicy, withRetry } from './retry.ts';
import type { TransferStatistics } from './statistics.ts';

/** A remote file that can be read locally until disposed. */
export interface LocalCopy extends Disposable {
  readonly path: string;
}

export interface RemoteSettings {
  readonly retry: RetryPolicy;
  /** Whether a missing destination folder may be created. */
  readonly folder: 'create' | 'must-exist';
}

export interface RemoteContext {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly statistics: TransferStatistics;
}

/** A destination with the patience of a network: every call is repeated as the policy says, counted, and logged. */
export class Remote {
  readonly #destination: Destination;
  readonly #settings: RemoteSettings;
  readonly #context: RemoteContext;

  constructor(destination: Destination, settings: RemoteSettings, context: RemoteContext) {
    this.#destination = destination;
    this.#settings = settings;
    this.#context = context;
  }

  get destination(): Destination {
    return this.#destination;
  }

  get statistics(): TransferStatistics {
    return this.#context.statistics;
  }

  /** The complete listing. A folder that does not exist is created where that is allowed, and is empty then. */
  async list(): Promise<RemoteFile[]> {
    return this.#repeat('listing of the destination', async () => {
      try {
        return await this.#listOnce();
      } catch (error) {
        if (!(await this.#createFolderAfter(error))) throw error;
        return [];
      }
    });
  }

  /** The remote file as a local one: in place where the destination is a local folder, else downloaded to `newPath()`. */
  async fetch(name: string, newPath: () => string): Promise<LocalCopy> {
    const destination = this.#destination;
    const { signal, statistics } = this.#context;
    if (hasAbility(destination, 'localPath')) {
      const path = await this.#repeat(`reading of ${name}`, () => destination.localPath(name, { signal }));
      statistics.filesDownloaded++;
      return { path, [Symbol.dispose]: () => {} };
    }
    const path = newPath();
    const remove = () => rmSync(path, { force: true });
    await this.#repeat(`download of ${name}`, async () => {
      try {
        await pipeline(
          Readable.from(destination.get(name, { signal })),
          createWriteStream(path, { mode: 0o600 }),
          { signal },
        );
      } catch (error) {
        remove();
        throw error;
      }
    });
    statistics.filesDownloaded++;
    return { path, [Symbol.dispose]: remove };
  }

  /** One attempt to store a local file under a name. */
  async putOnce(name: string, file: { readonly path: string; readonly sizeBytes: number }): Promise<void> {
    const { signal, statistics } = this.#context;
    const { path, sizeBytes } = file;
    statistics.remoteCalls++;
    const put = () =>
      this.#destination.put(name, { path, sizeBytes, open: () => createReadStream(path) }, { signal });
    try {
      await put();
    } catch (error) {
      if (!(await this.#createFolderAfter(error))) throw error;
      await put();
    }
    statistics.filesUploaded++;
    statistics.bytesUploaded += sizeBytes;
  }

  /** Stores a local file under a name that may stand for older content, repeating as the policy says. */
  async put(name: string, file: { readonly path: string; readonly sizeBytes: number }): Promise<void> {
    await this.#repeat(`upload of ${name}`, () => this.putOnce(name, file));
  }

  /** Removes a remote file; one that is absent already counts as removed. */
  async delete(name: string): Promise<void> {
    await this.#repeat(`deletion of ${name}`, async () => {
      try {
        await this.#destination.delete(name, { signal: this.#context.signal });
      } catch (error) {
        if (errorCode(error) !== 'destination-file-missing') throw error;
      }
    });
    this.#context.statistics.filesDeleted++;
  }

  /** Runs `attempt` as the retry policy says. */
  async repeat<T>(label: string, attempt: (number: number) => Promise<T>): Promise<T> {
    const { log, signal, statistics } = this.#context;
    return withRetry(
      { policy: this.#settings.retry, log, signal, label, onRetry: () => void statistics.retryAttempts++ },
      attempt,
    );
  }

  async #repeat<T>(label: string, attempt: () => Promise<T>): Promise<T> {
    return this.repeat(label, () => {
      this.#context.statistics.remoteCalls++;
      return attempt();
    });
  }

  async #listOnce(): Promise<RemoteFile[]> {
    const files: RemoteFile[] = [];
    for await (const file of this.#destination.list({ signal: this.#context.signal })) files.push(file);
    return files;
  }

  async #createFolderAfter(error: unknown): Promise<boolean> {
    const destination = this.#destination;
    if (errorCode(error) !== 'destination-folder-missing' || this.#settings.folder !== 'create') return false;
    if (!hasAbility(destination, 'createFolder')) return false;
    await destination.createFolder({ signal: this.#context.signal });
    this.#context.statistics.foldersCreated++;
    return true;
  }
}
