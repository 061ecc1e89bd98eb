import { counted, systemClock } from '../../base/index.ts';
import type { CanCreateFolder, CanRename } from '../abilities.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { FolderClient } from './folder-client.ts';
import { PendingWork } from './pending-work.ts';
import { checkRemoteName, checkRemotePath } from './remote-name.ts';
import { isStaleUpload, isTemporaryName, temporaryName } from './temporary-name.ts';

/** How long closing waits for work that an abort left behind, before it cuts the connections. */
const GRACE_MS = 500;

export interface RemoteFolderSettings<C> {
  readonly connect: (signal: AbortSignal) => Promise<C>;
  readonly maxConnections: number;
  /** Waits for that long after an upload before its size is asked for; -1 does not ask. */
  readonly sizeCheckDelayMs?: number;
}

/**
 * A folder at a server that is spoken to over connections (SFTP, FTP, SMB): what these have in common. Files
 * are stored under a temporary name, measured, and take their name in one step, so that a name never stands
 * for anything but all of its bytes.
 */
export class RemoteFolder<C extends FolderClient> implements Destination, CanCreateFolder, CanRename {
  readonly #pool: ConnectionPool<C>;
  readonly #work = new PendingWork();
  readonly #sizeCheckDelayMs: number;
  #staleNames: string[] = [];

  constructor({ connect, maxConnections, sizeCheckDelayMs = 0 }: RemoteFolderSettings<C>) {
    const kind = {
      connect,
      close: (client: C) => client.close(),
      isOpen: (client: C) => client.isOpen,
      isAnswering: async (client: C) => (await client.isAnswering?.()) ?? true,
    };
    this.#pool = new ConnectionPool(kind, maxConnections);
    this.#sizeCheckDelayMs = sizeCheckDelayMs;
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    const nowMs = systemClock.now();
    const staleNames: string[] = [];
    for await (const file of this.#stream((client) => client.list(), options)) {
      if (isStaleUpload(file.name, file.modifiedAtMs, nowMs)) staleNames.push(file.name);
      if (!isTemporaryName(file.name)) yield file;
    }
    this.#staleNames = staleNames;
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    checkRemoteName(name);
    yield* this.#stream((client) => client.read(name), options);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    this.#removeStaleFiles();
    await this.work((client) => this.#store(client, { name, source, ...options }), options);
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    await this.work((client) => client.remove(name), options);
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    checkRemotePath(newName);
    const folder = newName.slice(0, Math.max(0, newName.lastIndexOf('/')));
    await this.work(async (client) => {
      if (folder !== '') await client.makeFolder(folder);
      await client.rename(name, newName);
    }, options);
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    await this.work((client) => client.makeFolder(), options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work.settledWithin(GRACE_MS);
    this.#pool.closeAll();
    await this.#work.settledWithin(GRACE_MS);
  }

  /** Runs `task` on a connection; an abort ends the wait at once. */
  protected async work<T>(task: (client: C) => Promise<T>, options: SignalOptions): Promise<T> {
    options.signal?.throwIfAborted();
    return this.#work.run(this.#pool.use(task), options);
  }

  #stream<T>(task: (client: C) => AsyncIterable<T>, options: SignalOptions): AsyncGenerator<T> {
    return this.#work.stream(this.#pool.stream(task), options);
  }

  async #store(
    client: C,
    order: SignalOptions & { readonly name: string; readonly source: UploadSource },
  ): Promise<void> {
    const temporary = temporaryName();
    try {
      await client.write(temporary, allPieces(order));
      await this.#checkSize(client, temporary, order);
      order.signal?.throwIfAborted();
      await client.replace(temporary, order.name);
    } catch (error) {
      await this.#discard(client, temporary, order);
      throw error;
    }
  }

  async #checkSize(
    client: C,
    temporary: string,
    { name, source }: { readonly name: string; readonly source: UploadSource },
  ): Promise<void> {
    const delayMs = this.#sizeCheckDelayMs;
    if (delayMs < 0) return;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const sizeBytes = await client.sizeBytes(temporary);
    if (sizeBytes !== undefined && sizeBytes !== source.sizeBytes) throw wrongLength(name, source, sizeBytes);
  }

  /**
   * A failure leaves the file to a later run, and must not hide the outcome of the upload. So does an abort
   * that cost the connection: nobody waits for a new one.
   */
  async #discard(client: C, temporary: string, { signal }: SignalOptions): Promise<void> {
    if (client.isOpen) await client.remove(temporary).catch(() => {});
    else if (signal?.aborted !== true) this.#work.add(this.#pool.use((other) => other.remove(temporary)));
  }

  /** Beside an upload: whoever only reads changes nothing at the destination. */
  #removeStaleFiles(): void {
    const names = this.#staleNames;
    this.#staleNames = [];
    const removeAll = async (client: C): Promise<void> => {
      for (const name of names) await client.remove(name).catch(() => {});
    };
    if (names.length > 0) this.#work.add(this.#pool.use(removeAll));
  }
}

/** The pieces of a source, or an error where they are not as many bytes as announced. */
async function* allPieces({
  name,
  source,
  signal,
}: SignalOptions & { readonly name: string; readonly source: UploadSource }): AsyncGenerator<Uint8Array> {
  let sentBytes = 0;
  for await (const piece of source.open()) {
    signal?.throwIfAborted();
    sentBytes += piece.byteLength;
    if (sentBytes > source.sizeBytes) throw wrongLength(name, source, sentBytes);
    yield piece;
  }
  signal?.throwIfAborted();
  if (sentBytes !== source.sizeBytes) throw wrongLength(name, source, sentBytes);
}

function wrongLength(name: string, source: UploadSource, storedBytes: number): DestinationError {
  return new DestinationError(
    'destination-corrupt',
    `Cannot store '${name}': ${counted(storedBytes, 'byte')} arrived instead of ${source.sizeBytes}.`,
    { details: { name, storedBytes, expectedBytes: source.sizeBytes } },
  );
}
