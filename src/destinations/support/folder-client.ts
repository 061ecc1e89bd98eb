import type { ByteRange, FreeSpace } from '../abilities.ts';
import type { RemoteFile } from '../destination.ts';

/**
 * One connection to a server that keeps files in folders, for one piece of work at a time. It knows the
 * folder of the destination; `name` is that of a file there, or leads into a folder below. Failures are
 * `DestinationError`s. Nothing waits longer than the time limits of the destination allow.
 */
export interface FolderClient {
  readonly isOpen: boolean;
  /** Ends the connection at once; whatever waits on it fails. */
  close(): void;
  /** As `ConnectionKind.isAnswering`. */
  isAnswering?(): Promise<boolean>;
  /** Every file, half-stored ones included; complete or an error. */
  list(): AsyncIterable<RemoteFile>;
  /** All bytes of a file. */
  read(name: string): AsyncIterable<Uint8Array>;
  /**
   * Stores all pieces as a new file, safe against power loss where the server can. Errors of `pieces` come
   * through untouched.
   */
  write(name: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** The length of a file as the server sees it; `undefined` where it does not tell. */
  sizeBytes(name: string): Promise<number | undefined>;
  /** Gives a file the name of another one, which it replaces, or a free name. */
  replace(name: string, newName: string): Promise<void>;
  /** Gives a file a free name. Throws `destination-file-exists`. */
  rename(name: string, newName: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Creates the folder of the destination, or one below it, and its parents. */
  makeFolder(below?: string): Promise<void>;
}

/** A connection over which single pieces of a file can be read. */
export interface ReadsRanges {
  readRange(name: string, range: ByteRange): Promise<Uint8Array>;
}

/** A connection that tells how much room there is. */
export interface TellsSpace {
  freeSpace(): Promise<FreeSpace>;
}
