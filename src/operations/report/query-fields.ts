import type { BrokenListing } from '../broken-files/list.ts';
import type { Comparison } from '../compare/run.ts';
import type { ListedPath } from '../list/list-paths.ts';
import type { Version } from '../list/versions.ts';
import type { VacuumResult } from '../vacuum/run.ts';
import { isoTime } from './iso-time.ts';
import type { ResultFields } from './result-object.ts';

/** What a list of versions reports; with paths, also these. */
export function listFields(versions: readonly Version[], paths?: readonly ListedPath[]): ResultFields {
  return {
    Filesets: versions.map(({ number, time, isFull, totals }) => ({
      Version: number,
      IsFullBackup: isFull ?? null,
      Time: isoTime(time),
      FileCount: totals?.files ?? null,
      FileSizes: totals?.sizeBytes ?? null,
    })),
    EncryptedFiles: null,
    ...(paths === undefined
      ? {}
      : { Files: paths.map(({ path, sizesBytes }) => ({ Path: path, Sizes: sizesBytes })) }),
  };
}

const KIND_NAMES = { file: 'File', folder: 'Folder', symlink: 'Symlink' } as const;
const CHANGE_NAMES = { added: 'Added', deleted: 'Deleted', modified: 'Modified' } as const;

/** What a comparison of two versions reports. */
export function compareFields({ base, to, changes }: Comparison): ResultFields {
  const counts = Object.fromEntries(
    Object.entries(CHANGE_NAMES).flatMap(([change, changeName]) =>
      Object.entries(KIND_NAMES).map(([kind, kindName]) => [
        `${changeName}${kindName}s`,
        changes.filter((one) => one.change === change && one.kind === kind).length,
      ]),
    ),
  );
  return {
    BaseVersionIndex: base.number,
    CompareVersionIndex: to.number,
    BaseVersionTimestamp: isoTime(base.time),
    CompareVersionTimestamp: isoTime(to.time),
    ...counts,
    PreviousSize: base.totals?.sizeBytes ?? null,
    CurrentSize: to.totals?.sizeBytes ?? null,
    AddedSize: sizeOf(changes, 'added'),
    DeletedSize: sizeOf(changes, 'deleted'),
    ChangeDetails: changes.map(({ change, kind, path }) => ({
      Item1: CHANGE_NAMES[change],
      Item2: KIND_NAMES[kind],
      Item3: path,
    })),
  };
}

function sizeOf(changes: Comparison['changes'], wanted: 'added' | 'deleted'): number {
  return changes.filter(({ change }) => change === wanted).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** What a list of broken files reports. */
export function brokenFields(versions: readonly BrokenListing[]): ResultFields {
  return {
    BrokenFiles: versions.map(({ version, timestamp, entries }) => ({
      Item1: version,
      Item2: isoTime(timestamp),
      Item3: entries.map(({ path, sizeBytes }) => ({ Item1: path, Item2: sizeBytes })),
    })),
  };
}

/** What shrinking the local database reports. */
export function vacuumFields({ bytesBefore, bytesAfter }: VacuumResult): ResultFields {
  return { BytesBefore: bytesBefore, BytesAfter: bytesAfter };
}

/** A vacuum that followed another operation, within its result. */
export function vacuumPart(result: VacuumResult): ResultFields {
  return { MainOperation: 'Vacuum', ...vacuumFields(result) };
}
