import { FormatError } from '../../base/index.ts';
import type { ArchiveReader } from '../../compression/index.ts';
import type { FilesetRow } from '../../database/index.ts';
import { checkEntryPath, FILELIST_ENTRY, type FilelistEntry, readFilelist } from '../../format/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { filelistEntries } from '../upload-filelist/filelist-entries.ts';
import type { FaultList } from './fault-list.ts';

/**
 * Compares a file list with what the database says of its version. Lists in the same order, which is the
 * rule, are compared as they go by; whatever is out of step waits for its counterpart.
 */
export function compareDlist(
  { database, format }: OpenedBackup,
  fileset: FilesetRow,
  volume: { readonly name: string; readonly archive: ArchiveReader },
  faults: FaultList,
): void {
  const waiting = { stored: new Map<string, string>(), known: new Map<string, string>() };
  const known = filelistEntries(database, fileset.seq, format);
  for (const entry of storedEntries(volume)) {
    // Such entries are left out when a database is rebuilt.
    if (checkEntryPath(entry.path) !== undefined) continue;
    meet(entry, waiting.known, waiting.stored, faults);
    const next = known.next();
    if (next.done !== true) meet(next.value, waiting.stored, waiting.known, faults);
  }
  for (const entry of known) meet(entry, waiting.stored, waiting.known, faults);
  for (const path of waiting.known.keys()) faults.add('missing', path);
  for (const path of waiting.stored.keys()) faults.add('extra', path);
}

function* storedEntries(volume: {
  readonly name: string;
  readonly archive: ArchiveReader;
}): Generator<FilelistEntry> {
  const list = volume.archive.find(FILELIST_ENTRY);
  if (list === undefined) {
    throw new FormatError('filelist-corrupt', `The volume '${volume.name}' has no file list.`, {
      details: { volume: volume.name },
    });
  }
  for (const batch of readFilelist(volume.archive.pieces(list), volume.name)) yield* batch;
}

function meet(
  entry: FilelistEntry,
  others: Map<string, string>,
  own: Map<string, string>,
  faults: FaultList,
): void {
  const facts = factsOf(entry);
  const other = others.get(entry.path);
  if (other === undefined) {
    own.set(entry.path, facts);
    return;
  }
  others.delete(entry.path);
  if (other !== facts) faults.add('modified', entry.path);
}

/**
 * What two descriptions of an entry have to agree in. The time of a file without metadata may have changed
 * without a new version.
 */
function factsOf(entry: FilelistEntry): string {
  const { metadata } = entry;
  const about = metadata === undefined ? [] : contentFacts(metadata);
  if (entry.type !== 'File') return JSON.stringify([entry.type, about]);
  const time = metadata === undefined ? 0 : entry.timeMs;
  return JSON.stringify([entry.type, contentFacts(entry), time, about]);
}

function contentFacts(content: {
  readonly hash: string;
  readonly sizeBytes: number;
  readonly blockHash?: string;
  readonly blocklists?: readonly string[];
}): readonly unknown[] {
  const { hash, sizeBytes, blockHash = hash, blocklists = [] } = content;
  return [hash, sizeBytes, blocklists.length > 0 || sizeBytes === 0 ? blocklists : blockHash];
}
