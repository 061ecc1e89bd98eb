import { access, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { toSystemPath } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';

/** The folders that a destination may be in: a removable drive is not always mounted in the same place. */
export interface FolderCandidates {
  readonly folders: readonly [string, ...string[]];
  /** A file that the right folder holds. */
  readonly marker: string | undefined;
}

/**
 * What the user gave: the path of the URL and the options `alternate-target-paths` and
 * `alternate-destination-marker`.
 */
export interface GivenFolders {
  readonly path: string;
  readonly alternates: readonly string[];
  readonly marker: string | undefined;
}

/** The given folders as absolute paths, in the order in which they are looked for. */
export function resolveCandidates(
  { path, alternates, marker }: GivenFolders,
  platform: NodeJS.Platform = process.platform,
): FolderCandidates {
  const others = platform === 'win32' ? alternates.flatMap(expandDrives) : alternates;
  return {
    folders: [resolve(withoutUrlSlash(path, platform)), ...others.map((folder) => resolve(folder))],
    marker,
  };
}

/**
 * The first folder that is there and holds the marker. Without a marker the first folder stands in when none
 * is there, so that it can be created; with one, throws `destination-unreachable`: a backup must not go to a
 * folder that only looks like the drive.
 */
export async function chooseFolder({ folders, marker }: FolderCandidates): Promise<string> {
  if (marker === undefined && folders.length === 1) return folders[0];
  for (const folder of folders) {
    if ((await isFolder(folder)) && (marker === undefined || (await exists(join(folder, marker)))))
      return folder;
  }
  if (marker === undefined) return folders[0];
  throw new DestinationError(
    'destination-unreachable',
    `None of the folders ${folders.map((folder) => `'${folder}'`).join(', ')} holds the marker file '${marker}'.`,
    {
      details: { folders, marker },
      hint: 'Connect the drive; on a new drive, put an empty file of that name into the folder.',
    },
  );
}

/** `file:///C:/x` gives `/C:/x`. */
function withoutUrlSlash(path: string, platform: NodeJS.Platform): string {
  return platform === 'win32' && /^\/[a-z]:/i.test(path) ? path.slice(1) : path;
}

/** `*:\x` stands for the folder on each drive. */
function expandDrives(folder: string): string[] {
  if (!folder.startsWith('*:')) return [folder];
  return Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index) + folder.slice(1));
}

/** Any failure to look means that this folder cannot be used now, and the next one is asked. */
async function isFolder(path: string): Promise<boolean> {
  return stat(toSystemPath(path)).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(toSystemPath(path)).then(
    () => true,
    () => false,
  );
}
