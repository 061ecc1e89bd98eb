import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { FilesetSeq } from '../../database/index.ts';
import { formatVolumeName } from '../../format/index.ts';
import { type BlockVolumeSettings, encryptionExtension } from '../../pipeline/index.ts';
import { uploadVolume } from '../../transfer/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import type { ListHelper } from './list-helper.ts';
import { writeFilelist } from './write-filelist.ts';

/** The name of the file list of a version of the given time (seconds since 1970). */
export function filelistName(timestamp: number, settings: BlockVolumeSettings): string {
  const encryption = encryptionExtension(settings.volume);
  return formatVolumeName({
    kind: 'dlist',
    prefix: settings.prefix,
    timeMs: timestamp * 1000,
    compression: settings.volume.compression,
    ...(encryption === undefined ? {} : { encryption }),
  });
}

export interface FilelistOptions {
  /** Paths of files of the user that are stored with the version. */
  readonly controlFiles?: readonly string[];
  /** Helps to make the list. */
  readonly helper?: ListHelper | undefined;
}

/**
 * Stores the file list of a version: the moment from which the version exists. Everything that it needs must
 * be stored and booked before. A repeated attempt takes the next free second as the time of the version, as
 * long as the version stays older than the one after it; else it takes the same name again.
 */
export async function uploadFilelist(
  opened: OpenedBackup,
  seq: FilesetSeq,
  settings: BlockVolumeSettings,
  { controlFiles = [], helper }: FilelistOptions = {},
): Promise<void> {
  const { database, remote } = opened;
  const fileset = database.filesets.get(seq);
  if (fileset.volumeId === undefined) throw new Error(`fileset ${seq} has no volume`);
  const { name } = database.volumes.get(fileset.volumeId);
  const file = await writeFilelist(opened, fileset, settings, {
    name,
    controlFiles: controlFiles.map((path) => ({ name: basename(path), bytes: readFileSync(path) })),
    helper,
  });
  const rename = (attempt: number) => {
    const { timestamp: own } = database.filesets.get(seq);
    const free = nextFreeTime(opened, own + attempt);
    const isInOrder = database.filesets
      .versions()
      .every((other) => other.seq <= seq || other.timestamp > free);
    if (!isInOrder) return filelistName(own, settings);
    database.transaction(() => database.filesets.setTime(seq, free));
    return filelistName(free, settings);
  };
  await uploadVolume(remote, database, { id: fileset.volumeId, file, rename });
  database.transaction(() => database.filesets.complete(seq));
}

/** The given second, or the first one after it that no version and no volume name has. */
export function nextFreeTime(opened: Pick<OpenedBackup, 'database'>, timestamp: number): number {
  const isTaken = takenTimes(opened);
  let free = timestamp;
  while (isTaken(free)) free++;
  return free;
}

/**
 * Tells whether a version, or the name of a file list, has a time (seconds since 1970). `deletedLists`:
 * whether lists that were deleted count, which a listing may show for a while.
 */
export function takenTimes(
  { database: { filesets, volumes } }: Pick<OpenedBackup, 'database'>,
  deletedLists: 'count' | 'ignore' = 'count',
): (timestamp: number) => boolean {
  const times = new Set(
    [...filesets.versions(), ...filesets.incomplete()].map((fileset) => fileset.timestamp),
  );
  const stamps = new Set(
    volumes
      .all()
      .filter(({ kind, state }) => kind === 'dlist' && (state !== 'deleted' || deletedLists === 'count'))
      .map((volume) => volume.name.match(/\d{8}T\d{6}Z/)?.[0]),
  );
  return (timestamp) => times.has(timestamp) || stamps.has(formatStamp(timestamp));
}

function formatStamp(timestamp: number): string {
  return `${new Date(timestamp * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}
