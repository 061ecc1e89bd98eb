/**
 * Zip methods that Node lacks, by libarchive compiled to WebAssembly. Duplicati offers them; Ashlar reads
 * them and never writes them.
 */
import type { LibarchiveWasm } from 'libarchive-wasm';

import { errorMessage } from '../base/index.ts';
import { StreamFault } from './faults.ts';
import { writeDirectoryEnd } from './zip-directory-end.ts';
import {
  centralRecordBytes,
  FLAG,
  writeCentralRecord,
  writeLocalHeader,
  type ZipRecord,
} from './zip-records.ts';

export interface ForeignMethods {
  has(method: number): boolean;
  /**
   * The content of an entry from its compressed bytes. Each piece is its own memory. Throws a `StreamFault`
   * in libarchive's words.
   */
  pieces(record: ZipRecord, stored: Uint8Array): Generator<Buffer>;
}

/** BZip2, LZMA, XZ, PPMd, by APPNOTE 4.4.5. */
const FOREIGN_METHODS: readonly number[] = [12, 14, 95, 98];

/** Flag bit 1 of an LZMA entry: its stream ends with a marker. */
const LZMA_END_MARKER = 0x2;

/** Compressed bytes lie in the module's memory as a whole, which ends at 2 GiB. */
const LARGEST_ENTRY_BYTES = 1024 ** 3;
const PIECE_BYTES = 64 * 1024;

/** Loads libarchive; about 20 ms the first time. */
export async function loadForeignMethods(): Promise<ForeignMethods> {
  const { libarchiveWasm } = await import('libarchive-wasm');
  const library = await libarchiveWasm();
  return {
    has: (method) => FOREIGN_METHODS.includes(method),
    pieces: (record, stored) => unpackOrBlame(library, singleEntryZip(record, stored)),
  };
}

/** The entry as the only one of a zip: the library can read nothing smaller. */
function singleEntryZip(original: ZipRecord, stored: Uint8Array): Buffer {
  if (stored.length > LARGEST_ENTRY_BYTES)
    throw new StreamFault('it is too large for its compression method');
  const flags = original.flags & LZMA_END_MARKER & ~FLAG.descriptor;
  const record: ZipRecord = { ...original, name: 'x', flags, headerOffset: 0 };
  const facts = { nameBytes: 1, modified: 0 };
  const header = Buffer.alloc(64);
  const headerBytes = writeLocalHeader(header, record, facts.nameBytes, facts.modified);
  const directory = Buffer.alloc(centralRecordBytes(record, facts.nameBytes));
  writeCentralRecord(directory, 0, record, facts);
  const end = writeDirectoryEnd({
    entryCount: 1,
    directoryOffset: headerBytes + stored.length,
    directoryBytes: directory.length,
  });
  return Buffer.concat([header.subarray(0, headerBytes), stored, directory, end]);
}

/** Whatever goes wrong in the module comes from the bytes it was given: it can reach nothing else. */
function* unpackOrBlame(library: LibarchiveWasm, zip: Buffer): Generator<Buffer> {
  try {
    yield* unpack(library, zip);
  } catch (error) {
    throw new StreamFault(`it cannot be decompressed (${errorMessage(error)})`, { cause: error });
  }
}

function* unpack(library: LibarchiveWasm, zip: Buffer): Generator<Buffer> {
  const { module } = library;
  const zipAt = module._malloc(zip.length);
  const outputAt = module._malloc(PIECE_BYTES);
  try {
    if (zipAt === 0 || outputAt === 0) throw new Error('there is not enough memory to decompress it');
    module.HEAP8.set(zip, zipAt);
    const archive = library.read_new_memory(zipAt, zip.length);
    try {
      if (library.read_next_entry(archive) === 0) throw new Error(library.error_string(archive));
      for (;;) {
        const length = library.read_data(archive, outputAt, PIECE_BYTES);
        if (length === 0) return;
        yield Buffer.from(module.HEAP8.slice(outputAt, outputAt + length).buffer);
      }
    } finally {
      library.read_free(archive);
    }
  } finally {
    module._free(outputAt);
    module._free(zipAt);
  }
}
