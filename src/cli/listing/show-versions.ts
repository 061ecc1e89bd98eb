import type { Version } from '../../operations/index.ts';
import type { ConsoleOutput } from '../console-output.ts';
import { formatBytes, formatCount, formatTime } from '../format-amount.ts';

/** A version in the object of `--json`. `time` is in seconds since 1970; numbers that were not looked up are `null`. */
export interface VersionJson {
  readonly version: number;
  readonly time: number;
  /** False: stored by a run that was stopped early. */
  readonly isFull: boolean | null;
  readonly files: number | null;
  readonly folders: number | null;
  readonly symlinks: number | null;
  readonly sizeBytes: number | null;
}

/**
 * A version in the object of a list of paths. Without a database only the wanted paths are read, so what else
 * it holds is not told.
 */
export type VersionHeadJson = Pick<VersionJson, 'version' | 'time' | 'isFull'>;

export function versionHeadJson({ number, time, isFull }: Version): VersionHeadJson {
  return { version: number, time, isFull: isFull ?? null };
}

export function versionJson({ number, time, isFull, totals }: Version): VersionJson {
  return {
    version: number,
    time,
    isFull: isFull ?? null,
    files: totals?.files ?? null,
    folders: totals?.folders ?? null,
    symlinks: totals?.symlinks ?? null,
    sizeBytes: totals?.sizeBytes ?? null,
  };
}

/** `2026-11-21 15:30:00` */
export function versionTime({ time }: Version): string {
  return formatTime(time * 1000);
}

/** One line a version: `0	: 2026-11-21 15:30:00 (12 files, 3.4 MiB, partial)`. */
export function printVersions(versions: readonly Version[], output: ConsoleOutput): void {
  for (const version of versions) {
    const facts = versionFacts(version);
    output.print(
      `${version.number}\t: ${versionTime(version)}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`,
    );
  }
}

function versionFacts({ totals, isFull }: Version): string[] {
  const counts =
    totals === undefined ? [] : [formatCount(totals.files, 'file'), formatBytes(totals.sizeBytes)];
  return isFull === false ? [...counts, 'partial'] : counts;
}
