import { closeSync, constants, openSync } from 'node:fs';
import type { FileFlag, NativeCalls, SystemPath } from './native-calls.ts';
import { type CLibrary, cString, systemError } from './system-call.ts';

// Numbers of the Linux headers fcntl.h, linux/stat.h and linux/fs.h.
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_BYTES = 256;
const STATX_ATTRIBUTES_OFFSET = 8;
const FS_IOC_GETFLAGS = 0x8008_6601;
const FS_IOC_SETFLAGS = 0x4008_6602;

/** The same numbers in the attributes of `statx` and in the flags of an inode. */
const FLAG_BITS: Readonly<Record<FileFlag, number>> = { immutable: 0x10, append: 0x20 };
const ALL_BITS = FLAG_BITS.immutable | FLAG_BITS.append;
const NONE: readonly FileFlag[] = [];

/** Flags of inodes, which Node's `fs` does not know. */
export function openFlagCalls({
  koffi,
  functions,
}: CLibrary): Pick<NativeCalls, 'fileFlags' | 'addFileFlags'> {
  const statx: (folder: number, path: SystemPath, flags: number, mask: number, status: Buffer) => number =
    functions.func('statx', 'int', ['int', 'const char *', 'int', 'uint', 'void *']);
  const ioctl: (fd: number, request: number, flags: Buffer) => number = functions.func('ioctl', 'int', [
    'int',
    'ulong',
    'void *',
  ]);
  const status = Buffer.alloc(STATX_BYTES);
  const word = Buffer.alloc(8);

  return {
    fileFlags(path) {
      if (statx(AT_FDCWD, cString(path), AT_SYMLINK_NOFOLLOW, 0, status) !== 0)
        throw systemError(koffi.errno(), 'statx', path);
      const bits = status.readUInt32LE(STATX_ATTRIBUTES_OFFSET) & ALL_BITS;
      return bits === 0 ? NONE : flagsOf(bits);
    },
    addFileFlags(path, flags) {
      const open = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      const file = openSync(path, open);
      try {
        word.fill(0);
        if (ioctl(file, FS_IOC_GETFLAGS, word) !== 0) throw systemError(koffi.errno(), 'ioctl', path);
        word.writeUInt32LE((word.readUInt32LE() | bitsOf(flags)) >>> 0);
        if (ioctl(file, FS_IOC_SETFLAGS, word) !== 0) throw systemError(koffi.errno(), 'ioctl', path);
      } finally {
        closeSync(file);
      }
    },
  };
}

function flagsOf(bits: number): FileFlag[] {
  const names: readonly FileFlag[] = ['immutable', 'append'];
  return names.filter((flag) => (bits & FLAG_BITS[flag]) !== 0);
}

function bitsOf(flags: readonly FileFlag[]): number {
  return flags.reduce((bits, flag) => bits | FLAG_BITS[flag], 0);
}
