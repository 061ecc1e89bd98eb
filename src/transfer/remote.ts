import { rmSync, statSync } from 'node:fs';
import { counted, errorCode, type Log } from '../base/index.ts';
import {
  type Destination,
  DestinationError,
  hasAbility,
  type RemoteFile,
  type UploadSource,
} from '../destinations/index.ts';
import { isParityFileName, parityFileName } from '../format/index.ts';
import type { Parity } from '../parity/index.ts';
import { readLocalFile, writeLocalFile } from './local-file.ts';
import { type RetryPolicy, withRetry } from './retry.ts';
import { SharedPause } from './shared-pause.ts';
import type { TransferStatistics } from './statistics.ts';

/** A remote file that can be read locally until disposed. */
export interface LocalCopy extends Disposable {
  readonly path: string;
}

/** A local file to store. */
export interface StoredFile {
  /** As bytes where the name is no UTF-8. */
  readonly path: string | Buffer;
  readonly sizeBytes: number;
  /** Where it is known, so that storages which check it need not read the file twice. */
  readonly sha256?: Buffer;
  /**
   * True for a file that belongs to somebody else: it is read, and the destination may neither link to it nor
   * take it away.
   */
  readonly isBorrowed?: true;
}

export interface RemoteSettings {
  readonly retry: RetryPolicy;
  /** Whether a missing destination folder may be created. */
  readonly folder: 'create' | 'must-exist';
  /** Whether each upload is looked for in a listing afterwards; only with `true`. */
  readonly verifiesUploads?: boolean;
  /** What parity data are made and used with; absent: neither. */
  readonly parity?: ParityUse | undefined;
}

export interface ParityUse {
  readonly program: Parity;
  /** Whether new volumes get a companion; the companions that are there are used in any case. */
  readonly writes: boolean;
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
  readonly #pause = new SharedPause();
  /** Lengths by name, as last listed. */
  readonly #listedBytes = new Map<string, number>();
  /** Names of companions that were listed or stored; `undefined` before a listing. */
  #companions: Set<string> | undefined;

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

  get parity(): ParityUse | undefined {
    return this.#settings.parity;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
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

  /**
   * The remote file as a local one: in place where the destination is a local folder, else downloaded to
   * `newPath()`, as long as it was listed.
   */
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
        if (hasAbility(destination, 'download')) await destination.download(name, path, { signal });
        else await writeLocalFile(path, destination.get(name, { signal }), { signal });
        this.#checkLength(name, statSync(path).size);
      } catch (error) {
        remove();
        throw error;
      }
    });
    statistics.filesDownloaded++;
    statistics.bytesDownloaded += statSync(path).size;
    return { path, [Symbol.dispose]: remove };
  }

  /** One attempt to store a local file under a name. */
  async putOnce(name: string, file: StoredFile): Promise<void> {
    const { signal, statistics } = this.#context;
    const { sizeBytes } = file;
    this.#listedBytes.delete(name);
    const source = uploadSource(file);
    statistics.remoteCalls++;
    const put = () => this.#destination.put(name, source, { signal });
    try {
      await put();
    } catch (error) {
      if (!(await this.#createFolderAfter(error))) throw error;
      await put();
    }
    if (this.#settings.verifiesUploads === true) await this.#verifyUpload(name, sizeBytes);
    if (isParityFileName(name)) this.#companions?.add(name);
    statistics.filesUploaded++;
    statistics.bytesUploaded += sizeBytes;
  }

  /** Stores a local file under a name that may stand for older content, repeating as the policy says. */
  async put(name: string, file: StoredFile): Promise<void> {
    await this.#repeat(`upload of ${name}`, () => this.putOnce(name, file));
  }

  /** Removes a remote file, a volume after its companion; what is absent already counts as removed. */
  async delete(name: string): Promise<void> {
    await this.deleteCompanion(name);
    await this.#deleteFile(name);
  }

  /**
   * Removes the parity data of a volume where there are any. Without a listing they are looked for only where
   * new volumes get some.
   */
  async deleteCompanion(volumeName: string): Promise<void> {
    const name = parityFileName(volumeName);
    const isThere = this.#companions?.has(name) ?? this.#settings.parity?.writes === true;
    if (!isThere) return;
    await this.#deleteFile(name);
    this.#companions?.delete(name);
  }

  /** True where parity data of a volume were listed or stored. */
  hasCompanion(volumeName: string): boolean {
    return this.#companions?.has(parityFileName(volumeName)) === true;
  }

  /** False where the last listing shows no parity data for a volume. */
  mayHaveCompanion(volumeName: string): boolean {
    return this.#companions?.has(parityFileName(volumeName)) ?? true;
  }

  /** Runs `attempt` as the retry policy says. */
  async repeat<T>(label: string, attempt: (number: number) => Promise<T>): Promise<T> {
    const { log, signal, statistics } = this.#context;
    return withRetry(
      {
        policy: this.#settings.retry,
        log,
        signal,
        label,
        pause: this.#pause,
        onRetry: () => void statistics.retryAttempts++,
      },
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
    this.#listedBytes.clear();
    for (const { name, sizeBytes } of files) this.#listedBytes.set(name, sizeBytes);
    this.#companions = new Set(files.map(({ name }) => name).filter(isParityFileName));
    return files;
  }

  async #deleteFile(name: string): Promise<void> {
    await this.#repeat(`deletion of ${name}`, async () => {
      try {
        await this.#destination.delete(name, { signal: this.#context.signal });
      } catch (error) {
        if (errorCode(error) !== 'destination-file-missing') throw error;
      }
    });
    this.#context.statistics.filesDeleted++;
  }

  async #verifyUpload(name: string, sizeBytes: number): Promise<void> {
    this.#context.statistics.remoteCalls++;
    const found = (await this.#listOnce()).find((file) => file.name === name);
    if (found !== undefined && (found.sizeBytes === sizeBytes || found.sizeBytes < 0)) return;
    const what = found === undefined ? 'does not show it' : `shows ${counted(found.sizeBytes, 'byte')} of it`;
    throw new DestinationError(
      'destination-corrupt',
      `'${name}' was stored with ${counted(sizeBytes, 'byte')}, and the listing ${what}.`,
      { details: { name, sizeBytes, listedBytes: found?.sizeBytes ?? null } },
    );
  }

  /** A line that drops in silence is no damage of the file, so it must not be taken for that. */
  #checkLength(name: string, sizeBytes: number): void {
    const listedBytes = this.#listedBytes.get(name) ?? -1;
    if (listedBytes < 0 || listedBytes === sizeBytes) return;
    throw new DestinationError(
      'destination-corrupt',
      `Downloading '${name}' gave ${counted(sizeBytes, 'byte')}; the destination lists ${listedBytes}.`,
      { details: { name } },
    );
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

function uploadSource({ path, sizeBytes, sha256, isBorrowed }: StoredFile): UploadSource {
  return {
    sizeBytes,
    open: () => readLocalFile(path),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(isBorrowed === true || typeof path !== 'string' ? {} : { path }),
  };
}
