export interface BrokenFile {
  /** Path of the entry at the target. */
  readonly path: string;
  readonly reason: string;
}

export interface BrokenVolume {
  readonly name: string;
  readonly reason: string;
}

/** Metadata that could not be applied. */
export interface MetadataProblems {
  readonly count: number;
  /** How often each part, such as `owner`, could not be set. */
  readonly byPart: Readonly<Record<string, number>>;
  /** The first sentences about it, at most 1000 of each part. */
  readonly first: readonly string[];
}

export interface RenamedEntries {
  readonly count: number;
  /** The path of one of them; absent where there is none. */
  readonly example?: string;
}

/** What became of a restore. It is complete only where `brokenFiles`, `brokenVolumes` and `refused` are empty. */
export interface RestoreResult {
  /** The folder that everything was restored below. */
  readonly targetFolder: string;
  readonly restoredFiles: number;
  /** Files that held the right content already. */
  readonly unmodifiedFiles: number;
  /** Sum of their sizes. */
  readonly unmodifiedBytes: number;
  readonly restoredFolders: number;
  readonly restoredSymlinks: number;
  /** Sum of the sizes of the restored files. */
  readonly restoredBytes: number;
  /** Restored entries that lie under another name, because something else keeps theirs. */
  readonly renamed: RenamedEntries;
  /** Entries that could not be restored, each named. */
  readonly brokenFiles: readonly BrokenFile[];
  /** Volumes that could not be read in full. Files may be whole all the same, from other copies of their blocks. */
  readonly brokenVolumes: readonly BrokenVolume[];
  /** Entries whose path is not one that may be restored. */
  readonly refused: readonly BrokenFile[];
  readonly metadataProblems: MetadataProblems;
  /** Named paths that are not in the version. */
  readonly notFound: readonly string[];
  readonly filesTooLarge: number;
  readonly volumesRead: number;
  readonly isDryRun: boolean;
}
