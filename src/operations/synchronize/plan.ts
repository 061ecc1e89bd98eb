import type { RemoteFile } from '../../destinations/index.ts';
import { parseVolumeName, type VolumeKind, verificationFileName } from '../../format/index.ts';

/** What has to be done so that the target holds what the source holds. */
export interface SynchronizePlan {
  /** One group after the other: no index and no list comes before the volumes that it speaks of. */
  readonly copies: readonly (readonly PlannedCopy[])[];
  /** Files that look the same on both sides, as the source lists them. */
  readonly equal: readonly RemoteFile[];
  /** Volumes of the source's backups that it no longer has: lists first, data last. */
  readonly extras: readonly string[];
  readonly foreignFiles: number;
}

export interface PlannedCopy {
  readonly file: RemoteFile;
  /** True where the target has another file of that name. */
  readonly replaces: boolean;
}

const GROUPS: Readonly<Record<VolumeKind, number>> = { dblock: 0, dindex: 1, dlist: 2 };
const LAST_GROUP = 3;

/**
 * Compares two listings. A file differs where its length does, or where the source's is younger; what a
 * listing does not say makes no difference.
 */
export function planSynchronization(
  source: readonly RemoteFile[],
  target: readonly RemoteFile[],
  copies: 'differing' | 'all',
): SynchronizePlan {
  const present = new Map(target.map((file) => [file.name, file]));
  const groups: PlannedCopy[][] = Array.from({ length: LAST_GROUP + 1 }, () => []);
  const equal: RemoteFile[] = [];
  for (const file of source) {
    const other = present.get(file.name);
    if (other !== undefined && copies === 'differing' && looksEqual(file, other)) equal.push(file);
    else groups[groupOf(file.name)]?.push({ file, replaces: other !== undefined });
  }
  const kept = new Set(source.map(({ name }) => name));
  const isOwn = ownershipOf(source);
  const rest = target.map(({ name }) => name).filter((name) => !kept.has(name));
  const extras = rest.filter(isOwn).sort((one, other) => groupOf(other) - groupOf(one));
  return { copies: groups, equal, extras, foreignFiles: rest.length - extras.length };
}

/** The time of the newest version in a listing; `undefined` where there is none. */
export function newestVersion(files: readonly RemoteFile[]): number | undefined {
  const times = files.flatMap(({ name }) => {
    const volume = parseVolumeName(name);
    return volume?.kind === 'dlist' && volume.timeMs !== undefined ? [volume.timeMs] : [];
  });
  return times.length === 0 ? undefined : times.reduce((one, other) => Math.max(one, other));
}

/** Files of the source that a listing of the target lacks or shows with another length. */
export function findUnproven(
  source: readonly RemoteFile[],
  target: readonly RemoteFile[],
): readonly string[] {
  const present = new Map(target.map((file) => [file.name, file]));
  return source.flatMap(({ name, sizeBytes }) => {
    const other = present.get(name);
    return other === undefined || !hasLengthOf(other, sizeBytes) ? [name] : [];
  });
}

function looksEqual(source: RemoteFile, target: RemoteFile): boolean {
  const isYounger = (source.modifiedAtMs ?? 0) > (target.modifiedAtMs ?? Number.POSITIVE_INFINITY);
  return hasLengthOf(target, source.sizeBytes) && !isYounger;
}

function hasLengthOf({ sizeBytes: listed }: RemoteFile, sizeBytes: number): boolean {
  return listed < 0 || sizeBytes < 0 || listed === sizeBytes;
}

function groupOf(name: string): number {
  const volume = parseVolumeName(name);
  return volume === undefined ? LAST_GROUP : GROUPS[volume.kind];
}

/** Whether a file belongs to one of the backups that the source holds. */
function ownershipOf(source: readonly RemoteFile[]): (name: string) => boolean {
  const prefixes = new Set(source.flatMap(({ name }) => parseVolumeName(name)?.prefix ?? []));
  const verificationFiles = new Set([...prefixes].map(verificationFileName));
  return (name) => {
    const volume = parseVolumeName(name);
    return volume === undefined ? verificationFiles.has(name) : prefixes.has(volume.prefix);
  };
}
