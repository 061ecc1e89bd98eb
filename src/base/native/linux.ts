import { openAccounts } from './linux-accounts.ts';
import { openFileCalls } from './linux-files.ts';
import { openXattrs } from './linux-xattrs.ts';
import type { NativeCalls } from './native-calls.ts';
import type { CLibrary, Koffi } from './system-call.ts';

/** Calls of the C library of this process, on 64-bit Linux (glibc or musl). Throws where a function is missing. */
export function openLinuxCalls(koffi: Koffi): NativeCalls {
  const library: CLibrary = { koffi, functions: koffi.load(null) };
  return { ...openXattrs(library), ...openFileCalls(library), ...openAccounts(library) };
}
