/** A path as Node's file calls take it: text, or bytes where the name is not valid UTF-8 (see `toSystemPath`). */
export type SystemPath = string | Buffer;

/** Times to set, in nanoseconds since 1970; negative before. An absent access time stays as it is. */
export interface FileTimes {
  readonly atimeNs?: bigint;
  readonly mtimeNs: bigint;
}

/** Descriptors. */
export interface PipeEnds {
  readonly read: number;
  readonly write: number;
}

export interface DeviceNumbers {
  readonly major: number;
  readonly minor: number;
}

/** Flags of a file that keep even root from changing it: at all, or but at its end. */
export type FileFlag = 'immutable' | 'append';

export type NodeKind = 'socket' | 'block-device' | 'character-device';

/**
 * What Node's `fs` lacks, straight from the C library. All calls are synchronous, never follow a link in the
 * last part of a path, and throw errors of the same form as Node's (`code`, `errno`, `syscall`, `path`).
 */
export interface NativeCalls {
  /**
   * Keeps the C library from holding much more memory than is in use: one heap for all threads, and large
   * pieces given back to the system when they are freed. To be called before threads start. Without effect
   * where the library has no such settings.
   */
  keepHeapLean(): void;
  /** Names of the extended attributes in the system's order; none where the file system has no attributes. */
  listXattrs(path: SystemPath): readonly string[];
  /** The value, or `undefined` where there is no such attribute. */
  getXattr(path: SystemPath, name: string): Buffer | undefined;
  setXattr(path: SystemPath, name: string, value: Uint8Array): void;
  removeXattr(path: SystemPath, name: string): void;

  /** Sets times exact to the nanosecond, as far as the file system keeps them; of a link itself, not of its target. */
  setTimes(path: SystemPath, times: FileTimes): void;
  /** The same for an open file. */
  setTimesOfOpenFile(fd: number, times: FileTimes): void;

  /** A pipe whose ends are not handed on to programs that are started. */
  makePipe(): PipeEnds;
  /**
   * Waits until a read would not have to wait, at the end of a stream too, for at most so long. False where
   * it still would.
   */
  waitReadable(fd: number, longestMs: number): boolean;
  /**
   * Asks the system to bring a part of an open file into its cache, and does not wait. A request, which may
   * come to nothing.
   */
  readAhead(fd: number, offset: number, lengthBytes: number): void;
  /**
   * Has the system forget what it holds in its cache of a part of an open file, but for what is not written
   * yet. A length of 0 goes to the end.
   */
  letGo(fd: number, offset: number, lengthBytes: number): void;
  /** How much of an open file is in the system's cache; `undefined` where it does not tell. */
  cachedPages(fd: number): number | undefined;
  makeFifo(path: SystemPath, mode: number): void;
  /** `device` is only used by devices, which need a privileged process. */
  makeNode(path: SystemPath, kind: NodeKind, mode: number, device: DeviceNumbers): void;

  /**
   * Names and numbers of the system's accounts, whatever source they come from; remembered, `undefined` where
   * unknown.
   */
  userName(uid: number): string | undefined;
  groupName(gid: number): string | undefined;
  userId(name: string): number | undefined;
  groupId(name: string): number | undefined;

  /**
   * Start of the first data at or after `offset`; `undefined` where only a hole follows. Moves the file's own
   * position.
   */
  seekData(fd: number, offset: number): number | undefined;
  /**
   * Start of the first hole at or after `offset`, the end of the file counting as one; `undefined` beyond the
   * end. Moves the file's own position.
   */
  seekHole(fd: number, offset: number): number | undefined;
  /** Makes a range of a file a hole, which reads as zeros. Its length stays. */
  punchHole(fd: number, offset: number, lengthBytes: number): void;

  /** The flags of a file or folder, in the order of their names here; none where the file system has none. */
  fileFlags(path: SystemPath): readonly FileFlag[];
  /** Sets flags and clears none. Needs a privileged process. */
  addFileFlags(path: SystemPath, flags: readonly FileFlag[]): void;
}
