import process from 'node:process';
import type { Command } from '../measure.ts';

/** The folders that one run of one tool works in. */
export interface Places {
  readonly source: string;
  readonly repository: string;
  /** Local databases and caches. */
  readonly home: string;
  readonly target: string;
}

/**
 * How a backup program is driven. All of them encrypt, and compress with Zstandard. `undefined` where a
 * program has no such command.
 */
export interface Tool {
  readonly displayName: string;
  readonly isBase: boolean;
  readonly version: string;
  readonly settings: string;
  /** Does nothing but start. */
  start(places: Places): Command;
  /** Sets a repository up, where that is a step of its own. Not measured. */
  prepare(places: Places): Command | undefined;
  backup(places: Places, label: string): Command;
  /** Restores everything of the backup with this label, `age` backups before the newest one. */
  restore(places: Places, label: string, age?: number): Command;
  /** Restores one file of the newest backup, which has this label. */
  restoreFile(places: Places, label: string, path: string): Command;
  listFiles(places: Places, label: string): Command;
  /** Makes the local database anew from the repository alone, where the program has one. */
  rebuild(places: Places): Command | undefined;
  /** Deletes all backups but the newest, and gives the space back. */
  deleteOld(places: Places): Command;
  /** Where the source's own entries lie after the restore. */
  restored(places: Places): string;
}

export const PASSPHRASE = 'correct horse battery staple';

/** A command of a program that finds its configuration in the home folder of this run. */
export function toolCommand(
  [program, ...leading]: readonly [string, ...string[]],
  places: Places,
  rest: readonly string[],
  more: Partial<Command> = {},
): Command {
  const { environment, ...others } = more;
  return {
    program,
    arguments: [...leading, ...rest],
    environment: { PATH: process.env['PATH'] ?? '', HOME: places.home, LANG: 'C.UTF-8', ...environment },
    ...others,
  };
}
