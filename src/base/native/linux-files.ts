import { constants } from 'node:os';
import { joinDeviceNumber } from './device-numbers.ts';
import type { FileTimes, NativeCalls, NodeKind, SystemPath } from './native-calls.ts';
import { type CLibrary, cString, systemError } from './system-call.ts';

type FileCalls = Omit<
  NativeCalls,
  | 'keepHeapLean'
  | 'listXattrs'
  | 'getXattr'
  | 'setXattr'
  | 'removeXattr'
  | 'userName'
  | 'groupName'
  | 'userId'
  | 'groupId'
  | 'fileFlags'
  | 'addFileFlags'
>;

// Numbers of the Linux headers fcntl.h, sys/stat.h and unistd.h.
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const UTIME_OMIT = 0x3fff_fffen;
/** The `events` of a C `pollfd`; `revents` stands above it in the same word. */
const POLLIN = 1;
const O_CLOEXEC = 0o2_000_000;
const POSIX_FADV_WILLNEED = 3;
const POSIX_FADV_DONTNEED = 4;
/** The same number on all architectures; Linux 6.5 and later. */
const SYS_CACHESTAT = 451;
/** A C `cachestat_range`: offset and length, of which 0 means all. */
const WHOLE_FILE = new BigUint64Array(2);
const SEEK_DATA = 3;
const SEEK_HOLE = 4;
const FALLOC_FL_KEEP_SIZE_AND_PUNCH_HOLE = 3;
const TYPE_BITS: Readonly<Record<NodeKind, number>> = {
  socket: 0o140000,
  'block-device': 0o060000,
  'character-device': 0o020000,
};

const NS_PER_SECOND = 1_000_000_000n;

/** Times, special files and holes. */
export function openFileCalls({ koffi, functions }: CLibrary): FileCalls {
  const utimensat: (folder: number, path: SystemPath, times: BigInt64Array, flags: number) => number =
    functions.func('utimensat', 'int', ['int', 'const char *', 'const void *', 'int']);
  const futimens: (fd: number, times: BigInt64Array) => number = functions.func('futimens', 'int', [
    'int',
    'const void *',
  ]);
  const pipe2: (ends: Int32Array, flags: number) => number = functions.func('pipe2', 'int', [
    'void *',
    'int',
  ]);
  const poll: (asked: Int32Array, count: number, longestMs: number) => number = functions.func(
    'poll',
    'int',
    ['void *', 'ulong', 'int'],
  );
  const mkfifo: (path: SystemPath, mode: number) => number = functions.func('mkfifo', 'int', [
    'const char *',
    'uint',
  ]);
  const mknod: (path: SystemPath, mode: number, device: bigint) => number = functions.func('mknod', 'int', [
    'const char *',
    'uint',
    'ulong',
  ]);
  const lseek: (fd: number, offset: number, whence: number) => number = functions.func('lseek', 'long', [
    'int',
    'long',
    'int',
  ]);
  const fallocate: (fd: number, mode: number, offset: number, lengthBytes: number) => number = functions.func(
    'fallocate',
    'int',
    ['int', 'int', 'long', 'long'],
  );
  const fadvise: (fd: number, offset: number, lengthBytes: number, advice: number) => number = functions.func(
    'posix_fadvise',
    'int',
    ['int', 'long', 'long', 'int'],
  );
  const syscall: (
    call: number,
    fd: number,
    range: BigUint64Array,
    counts: BigUint64Array,
    flags: number,
  ) => number = functions.func('syscall', 'long', ['long', 'int', 'const void *', 'void *', 'uint']);
  /** A C `cachestat`, which begins with the pages in the cache. */
  const cacheCounts = new BigUint64Array(5);
  const timespecs = new BigInt64Array(4);

  const check = (result: number, syscall: string, path?: SystemPath): void => {
    if (result !== 0) throw systemError(koffi.errno(), syscall, path);
  };
  const seek = (fd: number, offset: number, whence: number): number | undefined => {
    const place = lseek(fd, offset, whence);
    if (place >= 0) return place;
    const errno = koffi.errno();
    if (errno === constants.errno.ENXIO) return undefined;
    throw systemError(errno, 'lseek');
  };

  return {
    setTimes(path, times) {
      fillTimespecs(timespecs, times);
      check(utimensat(AT_FDCWD, cString(path), timespecs, AT_SYMLINK_NOFOLLOW), 'utimensat', path);
    },
    setTimesOfOpenFile(fd, times) {
      fillTimespecs(timespecs, times);
      check(futimens(fd, timespecs), 'futimens');
    },
    makePipe() {
      const ends = new Int32Array(2);
      check(pipe2(ends, O_CLOEXEC), 'pipe2');
      return { read: ends[0] ?? -1, write: ends[1] ?? -1 };
    },
    waitReadable(fd, longestMs) {
      const asked = Int32Array.of(fd, POLLIN);
      const ready = poll(asked, 1, longestMs);
      if (ready < 0 && koffi.errno() !== constants.errno.EINTR) throw systemError(koffi.errno(), 'poll');
      return ready > 0;
    },
    readAhead(fd, offset, lengthBytes) {
      fadvise(fd, offset, lengthBytes, POSIX_FADV_WILLNEED);
    },
    letGo(fd, offset, lengthBytes) {
      fadvise(fd, offset, lengthBytes, POSIX_FADV_DONTNEED);
    },
    cachedPages(fd) {
      const failed = syscall(SYS_CACHESTAT, fd, WHOLE_FILE, cacheCounts, 0) !== 0;
      return failed ? undefined : Number(cacheCounts[0]);
    },
    makeFifo: (path, mode) => check(mkfifo(cString(path), mode), 'mkfifo', path),
    makeNode: (path, kind, mode, device) =>
      check(mknod(cString(path), TYPE_BITS[kind] | mode, joinDeviceNumber(device)), 'mknod', path),
    seekData: (fd, offset) => seek(fd, offset, SEEK_DATA),
    seekHole: (fd, offset) => seek(fd, offset, SEEK_HOLE),
    punchHole: (fd, offset, lengthBytes) =>
      check(fallocate(fd, FALLOC_FL_KEEP_SIZE_AND_PUNCH_HOLE, offset, lengthBytes), 'fallocate'),
  };
}

/** Two C `timespec`s, access then modification: whole seconds rounded down, and the nanoseconds above them. */
function fillTimespecs(timespecs: BigInt64Array, { atimeNs, mtimeNs }: FileTimes): void {
  timespecs[0] = atimeNs === undefined ? 0n : wholeSeconds(atimeNs);
  timespecs[1] = atimeNs === undefined ? UTIME_OMIT : atimeNs - wholeSeconds(atimeNs) * NS_PER_SECOND;
  timespecs[2] = wholeSeconds(mtimeNs);
  timespecs[3] = mtimeNs - wholeSeconds(mtimeNs) * NS_PER_SECOND;
}

function wholeSeconds(ns: bigint): bigint {
  const seconds = ns / NS_PER_SECOND;
  return ns < 0n && ns % NS_PER_SECOND !== 0n ? seconds - 1n : seconds;
}
