import type { ByteRange } from '../abilities.ts';
import type { SignalOptions, UploadSource } from '../destination.ts';

/** A file as a storage knows it whose files have ids and whose names need not be unique. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number | undefined;
  /** Of two files of one name, the one with the larger number counts. */
  readonly age: number;
}

export interface StoredFolder {
  readonly id: string;
  readonly name: string;
}

/**
 * What `IdFolder` needs of a storage that finds nothing by name. "Folder missing" and "file missing" are the
 * errors of those names.
 */
export interface IdStore<F extends StoredFile> {
  /** The id of the outermost folder. */
  findRoot(options: SignalOptions): Promise<string>;
  listFolders(parentId: string, options: SignalOptions): AsyncIterable<StoredFolder>;
  /** The files of a folder, fresh from the storage, in any order. */
  listFiles(folderId: string, options: SignalOptions): AsyncIterable<F>;
  createFolder(parentId: string, name: string, options: SignalOptions): Promise<string>;
  /** Fails before the first byte where the file is not there any more. */
  open(file: F, options: SignalOptions): Promise<AsyncIterable<Uint8Array>>;
  /** Exactly the bytes of the range, else `destination-corrupt`. */
  readRange(file: F, range: ByteRange, options: SignalOptions): Promise<Uint8Array>;
  /** Stores all bytes as another file, whatever has the name already, and proves that they arrived. */
  upload(
    folderId: string,
    upload: { readonly name: string; readonly source: UploadSource },
    options: SignalOptions,
  ): Promise<F>;
  remove(files: readonly F[], options: SignalOptions): Promise<void>;
  close(): void;
}

/** One that can also give files other names and places. */
export interface MovingIdStore<F extends StoredFile> extends IdStore<F> {
  /** Gives a file another name in the same folder, or in another one. */
  move(
    file: F,
    target: { readonly folderId: string; readonly name: string; readonly isElsewhere: boolean },
    options: SignalOptions,
  ): Promise<void>;
}
