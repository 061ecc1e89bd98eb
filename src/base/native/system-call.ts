import { getSystemErrorMessage, getSystemErrorName } from 'node:util';
import { decodePath } from '../paths.ts';
import type { SystemPath } from './native-calls.ts';

/** koffi, as far as it is used here. */
export type Koffi = typeof import('koffi');

/** The C library with the error number of its last call. */
export interface CLibrary {
  readonly koffi: Koffi;
  readonly functions: ReturnType<Koffi['load']>;
}

/** The error that Node itself would throw for a failed call. */
export function systemError(errno: number, syscall: string, path?: SystemPath): NodeJS.ErrnoException {
  const place = path === undefined ? '' : ` '${typeof path === 'string' ? path : decodePath(path)}'`;
  const code = getSystemErrorName(-errno);
  const error = new Error(`${code}: ${getSystemErrorMessage(-errno)}, ${syscall}${place}`);
  return Object.assign(error, {
    errno: -errno,
    code,
    syscall,
    ...(path === undefined ? {} : { path: typeof path === 'string' ? path : decodePath(path) }),
  });
}

/** A path or name for C, where a NUL would silently cut it short. */
export function cString(text: SystemPath): SystemPath {
  if (text.includes('\0')) throw new TypeError('A path or name for the system cannot hold a NUL character.');
  return typeof text === 'string' ? text : Buffer.concat([text, NUL]);
}

const NUL = Buffer.alloc(1);
