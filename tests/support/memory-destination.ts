import { type Clock, systemClock } from '../../src/base/index.ts';
import {
  type Abilities,
  type Destination,
  DestinationError,
  type RemoteFile,
  type SignalOptions,
  type UploadSource,
} from '../../src/destinations/index.ts';

export interface StoredBytes {
  readonly bytes: Buffer;
  readonly modifiedAtMs: number;
}

/** What several clients of one storage share. `folder` is false until the folder is created. */
export interface MemoryStorage {
  readonly files: Map<string, StoredBytes>;
  folder: boolean;
}

export function memoryStorage(): MemoryStorage {
  return { files: new Map(), folder: true };
}

/** A destination in memory. It keeps the whole contract; `faulty-destination.ts` breaks it on purpose. */
export class MemoryDestination
  implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange'>
{
  readonly storage: MemoryStorage;
  readonly #clock: Clock;

  constructor(storage: MemoryStorage = memoryStorage(), clock: Clock = systemClock) {
    this.storage = storage;
    this.#clock = clock;
  }

  async *list({ signal }: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    this.#checkFolder(signal);
    for (const [name, { bytes, modifiedAtMs }] of [...this.storage.files]) {
      signal?.throwIfAborted();
      yield { name, sizeBytes: bytes.length, modifiedAtMs };
    }
  }

  async *get(name: string, { signal }: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    this.#checkFolder(signal);
    const { bytes } = this.#find(name);
    for (let at = 0; at < bytes.length; at += 65536) {
      signal?.throwIfAborted();
      yield Buffer.from(bytes.subarray(at, at + 65536));
    }
  }

  async put(name: string, source: UploadSource, { signal }: SignalOptions = {}): Promise<void> {
    checkName(name);
    this.#checkFolder(signal);
    const pieces: Buffer[] = [];
    for await (const piece of source.open()) {
      signal?.throwIfAborted();
      pieces.push(Buffer.from(piece));
    }
    const bytes = Buffer.concat(pieces);
    if (bytes.length !== source.sizeBytes) {
      throw new DestinationError(
        'destination-corrupt',
        `'${name}' is ${bytes.length} bytes instead of ${source.sizeBytes}.`,
      );
    }
    signal?.throwIfAborted();
    this.storage.files.set(name, { bytes, modifiedAtMs: this.#clock.now() });
  }

  async delete(name: string, { signal }: SignalOptions = {}): Promise<void> {
    this.#checkFolder(signal);
    this.#find(name);
    this.storage.files.delete(name);
  }

  async createFolder({ signal }: SignalOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    this.storage.folder = true;
  }

  async rename(name: string, newName: string, { signal }: SignalOptions = {}): Promise<void> {
    for (const part of newName.split('/')) checkName(part);
    this.#checkFolder(signal);
    const file = this.#find(name);
    if (this.storage.files.has(newName))
      throw new DestinationError('destination-file-exists', `'${newName}' is there already.`);
    this.storage.files.delete(name);
    // A flat store: what moves into a folder below leaves the listing.
    if (!newName.includes('/')) this.storage.files.set(newName, file);
  }

  async getRange(
    name: string,
    { offset, length }: { readonly offset: number; readonly length: number },
    { signal }: SignalOptions = {},
  ): Promise<Uint8Array> {
    this.#checkFolder(signal);
    const { bytes } = this.#find(name);
    if (offset + length > bytes.length)
      throw new DestinationError('destination-corrupt', `'${name}' ends early.`);
    return Buffer.from(bytes.subarray(offset, offset + length));
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #checkFolder(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    if (!this.storage.folder)
      throw new DestinationError('destination-folder-missing', 'The folder does not exist.');
  }

  #find(name: string): StoredBytes {
    checkName(name);
    const file = this.storage.files.get(name);
    if (file === undefined)
      throw new DestinationError('destination-file-missing', `There is no file '${name}'.`);
    return file;
  }
}

function checkName(name: string): void {
  if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name))
    throw new DestinationError('destination-refused', `'${name}' cannot name a file.`);
}
