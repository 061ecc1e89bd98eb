import { access, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { toSystemPath } from '../../base/index.ts';
import type { DestinationSettings } from '../descriptor.ts';
import { DestinationError } from '../destination-error.ts';
import { readText } from '../support/settings.ts';

/** The folders that a destination may be in: a removable drive is not always mounted in the same place. */
export interface FolderCandidates {
  readonly folders: readonly [string, ...string[]];
  /** A file that the right folder holds. */
  readonly marker: string | undefined;
}

/** Reads the folder of the URL and the options `alternate-target-paths` and `alternate-destination-marker`. */
export function readCandidates(
  path: string,
  settings: DestinationSettings,
  platform: NodeJS.Platform = process.platform,
): FolderCandidates {
  const alternates = readText(settings, 'alternate-target-paths') ?? '';
  const others = alternates
    .split(platform === 'win32' ? ';' : ':')
    .filter((folder) => folder !== '')
    .flatMap((folder) => (platform === 'win32' ? expandDrives(folder) : [folder]));
  return {
    folders: [resolve(withoutUrlSlash(path, platform)), ...others.map((folder) => resolve(folder))],
    marker: readText(settings, 'alternate-destination-marker'),
  };
}

/**
 * The first folder that is there and holds the marker. Without a marker the first folder stands in when none is there, so that it can be created; with
 * one, throws `destination-unreachable`: a backup must not go to a folder that only looks like the drive.
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
