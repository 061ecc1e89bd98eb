import { asBuffer, FormatError, type RandomAccess } from '../base/index.ts';
import { corrupt } from './faults.ts';
import { type DirectoryEnd, findDirectoryEnd } from './zip-directory-end.ts';
import { LOCAL_HEADER_BYTES, parseCentralRecord, type ZipRecord } from './zip-records.ts';
import { scanLocalHeaders } from './zip-scan.ts';

/**
 * The entries of a zip by name, from its central directory or, where that is unusable, from its local
 * headers. Entries without a name are left out. Names that occur twice, and entries that claim more bytes
 * than the archive has, are refused.
 */
export function readZipEntries(source: RandomAccess, volumeName: string): Map<string, ZipRecord> {
  try {
    return indexByName(readDirectory(source, volumeName), volumeName);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return indexByName(scanLocalHeaders(source, volumeName, error), volumeName);
  }
}

function readDirectory(source: RandomAccess, volumeName: string): ZipRecord[] {
  const end = findDirectoryEnd(source, volumeName);
  const records: ZipRecord[] = [];
  let claimedBytes = 0;
  for (const record of directoryRecords(source, end, volumeName)) {
    const leastBytes = LOCAL_HEADER_BYTES + record.storedBytes;
    claimedBytes += leastBytes;
    if (record.headerOffset + leastBytes > end.directoryOffset) {
      throw corrupt({
        volumeName,
        entry: record.name,
        why: 'it lies outside of the archive',
        offset: record.headerOffset,
      });
    }
    records.push(record);
  }
  if (records.length !== end.entryCount) {
    throw corrupt({
      volumeName,
      why: `its directory has ${records.length} entries instead of ${end.entryCount}`,
    });
  }
  if (claimedBytes > end.directoryOffset) throw corrupt({ volumeName, why: 'its entries overlap' });
  return records;
}

const DIRECTORY_PIECE_BYTES = 256 * 1024;
/** No record is longer: it has three parts of less than 64 KiB, and what stands before them. */
const LARGEST_RECORD_BYTES = 200 * 1024;

/** The records of a directory, which is read in pieces: that of many small blocks is long. */
function* directoryRecords(
  source: RandomAccess,
  { directoryOffset, directoryBytes }: DirectoryEnd,
  volumeName: string,
): Generator<ZipRecord> {
  for (let before = 0; before < directoryBytes; ) {
    const isLast = directoryBytes - before <= DIRECTORY_PIECE_BYTES;
    const pieceBytes = isLast ? directoryBytes - before : DIRECTORY_PIECE_BYTES;
    const piece = asBuffer(source.read(directoryOffset + before, pieceBytes));
    const enoughBytes = isLast ? pieceBytes : pieceBytes - LARGEST_RECORD_BYTES;
    let at = 0;
    while (at < enoughBytes) {
      const { record, nextAt } = parseCentralRecord(piece, at, volumeName);
      yield record;
      at = nextAt;
    }
    before += at;
  }
}

function indexByName(records: readonly ZipRecord[], volumeName: string): Map<string, ZipRecord> {
  const byName = new Map<string, ZipRecord>();
  for (const record of records) {
    if (record.name === '') continue;
    const name = withSlashes(record.name);
    if (byName.has(name))
      throw corrupt({ volumeName, entry: name, why: 'there are two entries of this name' });
    byName.set(name, name === record.name ? record : { ...record, name });
  }
  return byName;
}

/** Windows programs write `\\` between the parts of a name. */
export function withSlashes(name: string): string {
  return name.includes('\\') ? name.replaceAll('\\', '/') : name;
}
