import type { LocalDatabase, VolumeRow } from '../../database/index.ts';

/** A part of what is stored. */
export interface CoveredPart {
  readonly volumes: number;
  /** Lengths at the destination. */
  readonly bytes: number;
}

/** What part of the stored volumes was read back and found whole, and when. */
export interface TestCoverage {
  readonly stored: CoveredPart;
  /** Read back at some time since the local database was made. */
  readonly read: CoveredPart;
  /** Read back within the last so many days. */
  readonly recent: readonly (CoveredPart & { readonly days: number })[];
  /** Of the volumes that were read back, the time of the one that was longest ago: milliseconds since 1970. */
  readonly longestAgoMs: number | undefined;
}

const RECENT_DAYS = [7, 30, 365] as const;
const DAY_MS = 86_400_000;

/** Sums up over all stored volumes. */
export function measureCoverage(database: LocalDatabase, nowMs: number): TestCoverage {
  const kinds = ['dlist', 'dindex', 'dblock'] as const;
  return summarizeCoverage(
    kinds.flatMap((kind) => database.volumes.stored(kind)),
    nowMs,
  );
}

/** The same for the given volumes. */
export function summarizeCoverage(volumes: readonly VolumeRow[], nowMs: number): TestCoverage {
  const times = volumes.map(readAtMs).filter((time) => time !== undefined);
  return {
    stored: sumUp(volumes),
    read: sumUp(volumes.filter((volume) => readAtMs(volume) !== undefined)),
    recent: RECENT_DAYS.map((days) => ({
      days,
      ...sumUp(volumes.filter((volume) => (readAtMs(volume) ?? 0) > nowMs - days * DAY_MS)),
    })),
    longestAgoMs: times.length === 0 ? undefined : times.reduce((one, other) => Math.min(one, other)),
  };
}

/** What was found damaged since then is not covered. */
function readAtMs({ verifiedAtMs, damagedAtMs }: VolumeRow): number | undefined {
  return damagedAtMs === undefined ? verifiedAtMs : undefined;
}

function sumUp(volumes: readonly VolumeRow[]): CoveredPart {
  return {
    volumes: volumes.length,
    bytes: volumes.reduce((sum, { sizeBytes }) => sum + Math.max(0, sizeBytes), 0),
  };
}
