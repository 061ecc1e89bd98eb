import type { EntryKind, LocalDatabase } from '../../database/index.ts';
import type { FilelistEntry, FormatSettings } from '../../format/index.ts';
import type { Keys, TemporaryFolder } from '../../pipeline/index.ts';
import type { Remote } from '../../transfer/index.ts';
import type { ListedVolume } from '../opened-backup/opened-backup.ts';

/** A part of a backup, for an operation that does without the local database. */
export interface Selection {
  /** Numbers of versions, 0 the newest. */
  readonly versions?: readonly number[];
  /**
   * Versions of this time or before; milliseconds since 1970. Together with `versions` either is enough.
   * Neither: all versions.
   */
  readonly timeMs?: number;
  /**
   * Which entries are wanted; all when absent. Paths are as in the file list: folders end in the separator of
   * their machine.
   */
  readonly accept?: (path: string, kind: Lowercase<FilelistEntry['type']>) => boolean;
  /**
   * `newest-match`: only the newest of the versions that holds a wanted file, or the newest of all where none
   * does. `all`: each of them.
   */
  readonly extent: 'newest-match' | 'all';
  /**
   * `paths-only`: what the dlists say is enough, so nothing else is fetched and nothing can be restored.
   * Default `whole`.
   */
  readonly content?: 'whole' | 'paths-only';
}

export interface RecreateInput {
  readonly remote: Remote;
  /** All volumes of the backup, without parity files, from one complete listing. */
  readonly files: readonly ListedVolume[];
  /** Empty. On any failure its content is of no use. */
  readonly database: LocalDatabase;
  readonly temporary: TemporaryFolder;
  readonly keys: Keys;
  /** What holds where manifests are not read. */
  readonly fallback: FormatSettings;
  /** `ignore`: volumes are read without looking at their manifests, as `--dont-read-manifests`. Default `read`. */
  readonly manifests?: 'read' | 'ignore' | undefined;
  /** Default: everything. */
  readonly selection?: Selection;
  /**
   * Whether dblocks whose dindex is in order are searched too for blocks that are nowhere else. Default
   * `read`: slow, but a wrong dindex must not cost a file. `read-all`: every dblock is read, whatever the
   * indexes say.
   */
  readonly describedDblocks?: 'read' | 'skip' | 'read-all';
  /**
   * `accept`: volumes without any file list that can be read are booked all the same, so that a new version
   * uses their blocks. Default: they are refused.
   */
  readonly withoutVersions?: 'accept' | 'refuse';
}

/** A version of which something is nowhere at the destination. */
export interface BrokenVersion {
  /** The time of the version, seconds since 1970. */
  readonly timestamp: number;
  /** How many of its entries lack blocks. */
  readonly lostEntries: number;
}

export interface RecreateResult {
  /** Taken from the manifests. */
  readonly format: FormatSettings;
  /** Complete or broken. */
  readonly versions: number;
  /** The database holds them, but not everything in them can be restored. */
  readonly brokenVersions: readonly BrokenVersion[];
  /** dblocks that are not at the destination, or not as they were stored. */
  readonly missingVolumes: readonly string[];
  /**
   * Volumes that could not be read; a warning was logged for each. Versions whose dlist is here are not in
   * the database.
   */
  readonly unreadableVolumes: readonly string[];
  /** dblocks that had to be downloaded because dindexes did not say enough. */
  readonly dblocksRead: number;
}

/** Kinds of entries as the database numbers them, by their names in file lists. */
export const KIND_OF_TYPE = { File: 1, Folder: 2, Symlink: 3 } as const satisfies Record<
  FilelistEntry['type'],
  EntryKind
>;
