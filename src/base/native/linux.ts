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
    keepHeapLean: () => keepHeapLean(library),
  };
}

/** Numbers of malloc.h (glibc). */
const M_TRIM_THRESHOLD = -1;
const M_MMAP_THRESHOLD = -3;
const M_ARENA_MAX = -8;

/**
 * Pieces from this size on lie outside the heap. Left to itself the library raises the limit to 32 MiB, and
 * then large buffers leave holes in the heap.
 */
const OWN_MAPPING_BYTES = 256 * 1024;
/**
 * As much stays at the end of the heap for the next pieces. With the library's 128 KiB, every piece of that
 * length would go back to the system and come again, page by page.
 */
const SPARE_BYTES = 8 * 1024 * 1024;

function keepHeapLean({ functions }: CLibrary): void {
  try {
    const mallopt = functions.func('mallopt', 'int', ['int', 'int']);
    // Volumes pass through all threads; separate heaps would each keep the largest that they ever held.
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, OWN_MAPPING_BYTES);
    mallopt(M_TRIM_THRESHOLD, SPARE_BYTES);
  } catch {
    // musl has one heap for all threads and no such function.
  }
}
