import { lstatSync, type Stats } from 'node:fs';
import { isAbsolute } from 'node:path';
import { ENTRY_KINDS, type EntryKind, type LocalDatabase } from '../../database/index.ts';
import type { ExamineJob } from '../../pipeline/index.ts';
import { findBroken } from '../heal-losses/find-broken.ts';
import type { Losses } from '../heal-losses/losses.ts';

/**
 * What is at the places on this machine where entries came from that lack something now, sorted by path:
 * files, folders and links, as far as they are of the same kind still.
 */
export function findLostSources(database: LocalDatabase, losses: Losses): ExamineJob[] {
  const kinds = new Map<string, EntryKind>();
  for (const { broken } of findBroken(database, losses))
    for (const { path, kind } of broken) kinds.set(path, kind);
  return [...kinds]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([path, kind]) => {
      const job = jobKind(kind);
      return isAbsolute(path) && isStill(path, job) ? [{ path, kind: job, known: undefined }] : [];
    });
}

function jobKind(kind: EntryKind): 'file' | 'folder' | 'symlink' {
  if (kind === ENTRY_KINDS.folder) return 'folder';
  return kind === ENTRY_KINDS.symlink ? 'symlink' : 'file';
}

const IS_OF_KIND = {
  file: (stats: Stats) => stats.isFile(),
  folder: (stats: Stats) => stats.isDirectory(),
  symlink: (stats: Stats) => stats.isSymbolicLink(),
} as const;

function isStill(path: string, kind: keyof typeof IS_OF_KIND): boolean {
  try {
    return IS_OF_KIND[kind](lstatSync(path));
  } catch {
    // What cannot be looked at cannot be read either.
    return false;
  }
}
