/** One file at a destination, as a listing shows it. */
export interface RemoteFile {
  readonly name: string;
  /** -1 where the storage does not say. */
  readonly sizeBytes: number;
  /** Milliseconds since 1970, UTC; `undefined` where the storage does not say. */
  readonly modifiedAtMs: number | undefined;
}

export interface SignalOptions {
  /** Every wait ends soon after this fires, by throwing `signal.reason` untouched. */
  readonly signal?: AbortSignal | undefined;
}

/** Bytes to store. They can be opened again, so that a second try starts at the first byte. */
export interface UploadSource {
  readonly sizeBytes: number;
  readonly sha256?: Buffer;
  /**
   * A local file that holds exactly these bytes. Nobody writes to it once it was given to `put`, because a
   * destination on the same file system may keep it by a hard link (or take it away, where the user asked for
   * that); after `put` the caller removes it if it is still there.
   */
  readonly path?: string;
  /**
   * A fresh stream of all the bytes at each call. A piece is read before the next one is asked for, so its
   * memory may be reused.
   */
  open(): AsyncIterable<Uint8Array>;
}

/**
 * One flat folder of files on some storage. The four verbs are all that the engine needs; everything else is
 * an ability (`abilities.ts`).
 *
 * Calls may run at the same time. Failures of the storage are `DestinationError`s; none is ever reported as
 * "not there" unless the storage said so. Nothing here tries again: that is the work of `transfer`.
 */
export interface Destination extends AsyncDisposable {
  /**
   * Every file, in no order, complete or an error: it throws rather than ending early. Folders and
   * half-stored files are left out.
   */
  list(options?: SignalOptions): AsyncIterable<RemoteFile>;
  /** The bytes of a file. The pieces belong to the reader. Throws `destination-file-missing`. */
  get(name: string, options?: SignalOptions): AsyncIterable<Uint8Array>;
  /**
   * Stores all bytes of `source` under `name`, replacing a file of that name. Where the storage can, the file
   * appears whole or not at all, and it is safe against power loss once the promise is kept. Errors of
   * `source` itself come through untouched.
   */
  put(name: string, source: UploadSource, options?: SignalOptions): Promise<void>;
  /** Removes a file. Throws `destination-file-missing` when there is none. */
  delete(name: string, options?: SignalOptions): Promise<void>;
}
