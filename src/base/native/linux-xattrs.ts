import { constants } from 'node:os';
import { decodePath, encodePath } from '../paths.ts';
import type { NativeCalls, SystemPath } from './native-calls.ts';
import { type CLibrary, cString, systemError } from './system-call.ts';

type XattrCalls = Pick<NativeCalls, 'listXattrs' | 'getXattr' | 'setXattr' | 'removeXattr'>;

/** The kernel's limit for a list of names and for a value (`XATTR_LIST_MAX`, `XATTR_SIZE_MAX`). */
const LARGEST_BYTES = 65_536;

const NONE: readonly string[] = [];

const { ENODATA, ENOTSUP, EOPNOTSUPP, ENOSYS } = constants.errno;

/** Extended attributes by their `l…` calls, which act on a link itself. */
export function openXattrs({ koffi, functions }: CLibrary): XattrCalls {
  const llistxattr: (path: SystemPath, list: Buffer, sizeBytes: number) => number = functions.func(
    'llistxattr',
    'long',
    ['const char *', 'void *', 'ulong'],
  );
  const lgetxattr: (path: SystemPath, name: SystemPath, value: Buffer, sizeBytes: number) => number =
    functions.func('lgetxattr', 'long', ['const char *', 'const char *', 'void *', 'ulong']);
  const lsetxattr: (
    path: SystemPath,
    name: SystemPath,
    value: Uint8Array,
    sizeBytes: number,
    flags: number,
  ) => number = functions.func('lsetxattr', 'int', [
    'const char *',
    'const char *',
    'const void *',
    'ulong',
    'int',
  ]);
  const lremovexattr: (path: SystemPath, name: SystemPath) => number = functions.func('lremovexattr', 'int', [
    'const char *',
    'const char *',
  ]);
  const buffer = Buffer.alloc(LARGEST_BYTES);

  return {
    listXattrs(path) {
      const lengthBytes = llistxattr(cString(path), buffer, LARGEST_BYTES);
      if (lengthBytes === 0) return NONE;
      if (lengthBytes > 0) return splitNames(buffer.subarray(0, lengthBytes));
      const errno = koffi.errno();
      if (errno === ENOTSUP || errno === EOPNOTSUPP || errno === ENOSYS) return NONE;
      throw systemError(errno, 'llistxattr', path);
    },
    getXattr(path, name) {
      const lengthBytes = lgetxattr(cString(path), cString(encodePath(name)), buffer, LARGEST_BYTES);
      if (lengthBytes >= 0) return Buffer.from(buffer.subarray(0, lengthBytes));
      const errno = koffi.errno();
      if (errno === ENODATA) return undefined;
      throw systemError(errno, 'lgetxattr', path);
    },
    setXattr(path, name, value) {
      const result = lsetxattr(cString(path), cString(encodePath(name)), value, value.length, 0);
      if (result !== 0) throw systemError(koffi.errno(), 'lsetxattr', path);
    },
    removeXattr(path, name) {
      const result = lremovexattr(cString(path), cString(encodePath(name)));
      if (result !== 0) throw systemError(koffi.errno(), 'lremovexattr', path);
    },
  };
}

/** Names as C lists them: each ended by a NUL. */
function splitNames(list: Buffer): string[] {
  const names: string[] = [];
  for (let start = 0; start < list.length; ) {
    const end = list.indexOf(0, start);
    names.push(decodePath(list.subarray(start, end)));
    start = end + 1;
  }
  return names;
}
