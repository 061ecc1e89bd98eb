import type { LocalDatabase, VolumeRow } from '../../database/index.ts';
import { findBroken } from '../heal-losses/find-broken.ts';
import { findLossesWithout } from '../heal-losses/losses.ts';

/** A version that needs one of the volumes. */
export interface AffectedVersion {
  /** Its number, 0 the newest. */
  readonly version: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** True where its own file list is among the volumes. */
  readonly losesList: boolean;
  /** How many entries could not be restored without the volumes. */
  readonly affectedEntries: number;
  /** The first of them. */
  readonly paths: readonly string[];
}

export interface AffectedResult {
  /** Newest first. */
  readonly versions: readonly AffectedVersion[];
  /** Names that the local database does not know. */
  readonly unknownNames: readonly string[];
}

/**
 * What depends on the named volumes, from the database alone: versions and entries that could not be restored
 * without them. Indexes can be written again; nothing depends on them. `mostPaths`: so many are named for
 * each version.
 */
export function findAffected(
  database: LocalDatabase,
  names: readonly string[],
  mostPaths: number,
): AffectedResult {
  const volumes = new Map<string, VolumeRow>();
  const unknownNames: string[] = [];
  for (const name of names) {
    const volume = database.volumes.find(name);
    if (volume === undefined) unknownNames.push(name);
    else volumes.set(name, volume);
  }
  const lists = new Set([...volumes.values()].map(({ id }) => id));
  const dblocks = [...volumes.values()].filter(({ kind }) => kind === 'dblock');
  const versions = new Map<number, AffectedVersion>();
  for (const { version, fileset, broken } of findBroken(database, findLossesWithout(database, dblocks)))
    versions.set(version, {
      version,
      timestamp: fileset.timestamp,
      losesList: false,
      affectedEntries: broken.length,
      paths: broken.slice(0, mostPaths).map(({ path }) => path),
    });
  for (const [version, { timestamp, volumeId }] of database.filesets.versions().entries()) {
    if (volumeId === undefined || !lists.has(volumeId)) continue;
    const known = versions.get(version) ?? { version, timestamp, affectedEntries: 0, paths: [] };
    versions.set(version, { ...known, losesList: true });
  }
  return {
    versions: [...versions.values()].sort((one, other) => one.version - other.version),
    unknownNames,
  };
}
