import type { FilesetRow, FilesetSeq, FilesetTotals } from '../../database/index.ts';
import { type OpenedForReading, versionTimes } from '../open-backup/open-for-reading.ts';
import { chooseVersions, type VersionQuery } from './choose-versions.ts';

/** One version as a list of versions shows it. */
export interface Version {
  /** What a user calls it: 0 is the newest. */
  readonly number: number;
  /** Seconds since 1970. */
  readonly time: number;
  /** `undefined` where only the name of the version was looked at. */
  readonly isFull: boolean | undefined;
  /** `undefined` likewise. */
  readonly totals: FilesetTotals | undefined;
  /** Its place in the database; `undefined` where it was not read, or cannot be. */
  readonly seq: FilesetSeq | undefined;
}

/** A version whose entries are at hand. */
export interface ReadVersion extends Version {
  readonly seq: FilesetSeq;
}

/** Every version of the backup, newest first, with its number there, also where only some of them were read. */
export function listVersions({ database, isWhole, listing }: OpenedForReading): Version[] {
  const filesets = database.filesets.versions();
  if (isWhole || listing === undefined)
    return filesets.map((fileset, number) => describe(number, fileset.timestamp, fileset));
  const byTime = new Map(filesets.map((fileset) => [fileset.timestamp, fileset]));
  return versionTimes(listing).map((timeMs, number) => {
    const time = Math.floor(timeMs / 1000);
    return describe(number, time, byTime.get(time));
  });
}

/**
 * The versions that a query means, newest first. Those whose file list cannot be read are left out. Throws
 * `no-matching-version`.
 */
export function findVersions(
  opened: OpenedForReading,
  query: VersionQuery,
): { readonly versions: readonly ReadVersion[]; readonly beyond: readonly number[] } {
  const all = listVersions(opened);
  const { numbers, beyond } = chooseVersions(
    all.map(({ time }) => time * 1000),
    query,
  );
  const wanted = new Set(numbers);
  return { versions: all.filter(isRead).filter(({ number }) => wanted.has(number)), beyond };
}

function isRead(version: Version): version is ReadVersion {
  return version.seq !== undefined;
}

function describe(number: number, time: number, fileset: FilesetRow | undefined): Version {
  return { number, time, isFull: fileset?.isFull, totals: fileset?.totals, seq: fileset?.seq };
}
