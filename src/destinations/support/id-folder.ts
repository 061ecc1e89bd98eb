import type { Abilities, ByteRange } from '../abilities.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from '../destination.ts';
import { DestinationError, type DestinationErrorCode } from '../destination-error.ts';
import { fileMissing, folderMissing } from './file-failures.ts';
import type { IdStore, StoredFile } from './id-store.ts';
import { checkRemoteName } from './remote-name.ts';
import { SharedValue } from './shared-value.ts';

/** The files of each name, the newest first. */
type FilesByName<F> = Map<string, readonly F[]>;

/** A folder, by its id. An object, so that one which is gone can be told from one that was found since. */
interface Place {
  readonly folderId: string;
}

/**
 * A folder on a storage that finds nothing by name and lets several files have the same one: what these have
 * in common. Of several files of one name the newest counts, and the others go when it is stored anew, never
 * before. The last listing is remembered, and made again when it proves to be out of date.
 */
export class IdFolder<F extends StoredFile>
  implements Destination, Pick<Abilities, 'createFolder' | 'getRange'>
{
  readonly #store: IdStore<F>;
  readonly #folders: readonly string[];
  readonly #place = new SharedValue(() => this.#findPlace());
  readonly #firstListing = new SharedValue(() => this.#listFiles({}));
  #known: FilesByName<F> | undefined;

  /** `folders` lead from the outermost one to the destination. */
  constructor(store: IdStore<F>, folders: readonly string[]) {
    this.#store = store;
    this.#folders = folders;
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    for (const [newest] of (await this.#listFiles(options)).values()) {
      if (newest === undefined) continue;
      const { name, sizeBytes, modifiedAtMs } = newest;
      yield { name, sizeBytes, modifiedAtMs };
    }
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    yield* await this.withFiles(name, options, ([file]) => this.#store.open(file, options));
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    return this.withFiles(name, options, ([file]) => this.#store.readRange(file, range, options));
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    const place = await this.placeOf(options);
    const known = this.#known ?? (await this.#firstListing.get(options));
    const older = known.get(name) ?? [];
    const stored = await this.#inPlace(place, () =>
      this.#store.upload(place.folderId, { name, source }, options),
    );
    // The storage may have replaced them by itself, or another client did.
    if (older.length > 0) await unless('destination-file-missing', this.#store.remove(older, options));
    (this.#known ?? known).set(name, [stored]);
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    await this.withFiles(name, options, (files) => this.#store.remove(files, options));
    this.#known?.delete(name);
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    let id = await this.#store.findRoot(options);
    for (const name of this.#folders) id = await this.ensureFolder(id, name, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#store.close();
  }

  /** The next call that needs a listing makes a new one. */
  protected forget(): void {
    this.#known = undefined;
  }

  /**
   * Works on the files of a name. Where they are gone since they were listed, once more on those that a new
   * listing shows.
   */
  protected async withFiles<T>(
    name: string,
    options: SignalOptions,
    work: (files: readonly [F, ...F[]]) => Promise<T>,
  ): Promise<T> {
    checkRemoteName(name);
    options.signal?.throwIfAborted();
    const known = this.#known?.get(name) ?? [];
    if (isFilled(known)) {
      const outcome = await unless('destination-file-missing', work(known).then(done));
      if (outcome !== undefined) return outcome.value;
    }
    const files = (await this.#listFiles(options)).get(name) ?? [];
    if (!isFilled(files)) throw fileMissing(name);
    return work(files);
  }

  async #listFiles(options: SignalOptions): Promise<FilesByName<F>> {
    const place = await this.placeOf(options);
    const files: FilesByName<F> = new Map();
    await this.#inPlace(place, async () => {
      for await (const file of this.#store.listFiles(place.folderId, options)) {
        const same = [...(files.get(file.name) ?? []), file];
        files.set(
          file.name,
          same.sort((left, right) => right.age - left.age),
        );
      }
    });
    this.#known = files;
    return files;
  }

  /** A folder that is gone may come again under another id. */
  async #inPlace<T>(place: Place, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isCode(error, 'destination-folder-missing')) {
        this.#place.drop(place);
        this.#known = undefined;
      }
      throw error;
    }
  }

  protected async placeOf(options: SignalOptions): Promise<Place> {
    options.signal?.throwIfAborted();
    return this.#place.get(options);
  }

  async #findPlace(): Promise<Place> {
    let folderId = await this.#store.findRoot({});
    for (const name of this.#folders) {
      const found = await this.#findFolder(folderId, name, {});
      if (found === undefined) throw folderMissing(this.#folders.join('/'));
      folderId = found;
    }
    return { folderId };
  }

  async #findFolder(parentId: string, name: string, options: SignalOptions): Promise<string | undefined> {
    for await (const folder of this.#store.listFolders(parentId, options))
      if (folder.name === name) return folder.id;
    return undefined;
  }

  protected async ensureFolder(parentId: string, name: string, options: SignalOptions): Promise<string> {
    const found = await this.#findFolder(parentId, name, options);
    return found ?? this.#store.createFolder(parentId, name, options);
  }
}

function isFilled<F>(files: readonly F[]): files is readonly [F, ...F[]] {
  return files.length > 0;
}

function done<T>(value: T): { readonly value: T } {
  return { value };
}

/** What the work gives, or `undefined` where it failed with this code. */
async function unless<T>(code: DestinationErrorCode, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isCode(error, code)) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: DestinationErrorCode): boolean {
  return error instanceof DestinationError && error.code === code;
}
