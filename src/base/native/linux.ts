import { openAccounts } from './linux-accounts.ts';
import { openFileCalls } from './linux-files.ts';
import { openFlagCalls } from './linux-flags.ts';
import { openXattrs } from './linux-xattrs.ts';
import type { NativeCalls } from './native-calls.ts';
import type { CLibrary, Koffi } from './system-call.ts';

/** Calls of the C library of this process, on 64-bit Linux (glibc or musl). Throws where a function is missing. */
export function openLinuxCalls(koffi: Koffi): NativeCalls {
  const library: CLibrary = { koffi, functions: koffi.load(null) };
  return {
    ...openXattrs(library),
    ...openFileCalls(library),
    ...openFlagCalls(library),
    ...openAccounts(library),
    shareHeaps: () => shareHeaps(library),
  };
}

/** Number of malloc.h (glibc). */
const M_ARENA_MAX = -8;

function shareHeaps({ functions }: CLibrary): void {
  try {
    functions.func('mallopt', 'int', ['int', 'int'])(M_ARENA_MAX, 1);
  } catch {
    // musl has one heap for all threads and no such function.
  }
}
