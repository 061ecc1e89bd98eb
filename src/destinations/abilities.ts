import type { Destination, SignalOptions } from './destination.ts';

export interface CanCreateFolder {
  /** Creates the destination's folder and its parents. It is no error when they exist. */
  createFolder(options?: SignalOptions): Promise<void>;
}

export interface FreeSpace {
  /** 0 where the storage does not tell how much there is. */
  readonly totalBytes: number;
  /** What the user of this process may still write. */
  readonly freeBytes: number;
}

export const UNTOLD_SPACE: FreeSpace = { totalBytes: 0, freeBytes: 0 };

export interface HasFreeSpace {
  freeSpace(options?: SignalOptions): Promise<FreeSpace>;
}

export interface CanRename {
  /**
   * Gives a file another name, which may start with the name of a folder below the destination (`old/x`).
   * Never replaces: throws `destination-file-exists` when the new name is taken, `destination-file-missing`
   * when the old one is not there.
   */
  rename(name: string, newName: string, options?: SignalOptions): Promise<void>;
}

export interface CanLock {
  /** Asks the storage to refuse changing or deleting a file before `untilMs` (since 1970, UTC). */
  lock(name: string, untilMs: number, options?: SignalOptions): Promise<void>;
}

export interface HasLocks {
  /** When a lock ends (since 1970, UTC); `undefined` where there is none. Throws `destination-file-missing`. */
  lockedUntil(name: string, options?: SignalOptions): Promise<number | undefined>;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface CanReadRange {
  /**
   * Exactly the bytes of the range. Throws `destination-corrupt` when the file ends before,
   * `destination-file-missing` when there is none.
   */
  getRange(name: string, range: ByteRange, options?: SignalOptions): Promise<Uint8Array>;
}

export interface CanDownload {
  /**
   * Writes the bytes of a file to the local file `path` by another way than through this process, which
   * compares them where the storage tells a checksum. What a failure leaves there is for the caller to
   * remove. Throws `destination-file-missing`.
   */
  download(name: string, path: string, options?: SignalOptions): Promise<void>;
}

export interface HasLocalFiles {
  /**
   * Where a stored file can be opened in place, for reading only. Throws `destination-file-missing` when
   * there is none.
   */
  localPath(name: string, options?: SignalOptions): Promise<string>;
}

/** Each ability is one method; these are all of them. */
export interface Abilities
  extends CanCreateFolder,
    HasFreeSpace,
    CanRename,
    CanLock,
    HasLocks,
    CanReadRange,
    CanDownload,
    HasLocalFiles {}

export type Ability = keyof Abilities;

/**
 * True when the destination has the ability; the method can then be called:
 * `if (hasAbility(destination, 'rename')) ...`.
 */
export function hasAbility<A extends Ability>(
  destination: Destination,
  ability: A,
): destination is Destination & Pick<Abilities, A> {
  return ability in destination;
}
