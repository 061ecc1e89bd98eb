import type { RandomAccess } from '../base/index.ts';
import { FormatError } from '../base/index.ts';
import { corrupt } from './faults.ts';
import { findDirectoryEnd } from './zip-directory-end.ts';
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
  const bytes = Buffer.from(source.read(end.directoryOffset, end.directoryBytes));
  const records: ZipRecord[] = [];
  let at = 0;
  let claimedBytes = 0;
  while (at < bytes.length) {
    const { record, nextAt } = parseCentralRecord(bytes, at, volumeName);
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
    at = nextAt;
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
