import type { FilesetSeq } from '../../database/index.ts';

export type SelectedKind = 'file' | 'folder' | 'symlink';

/** Which entries of the version are wanted. */
export interface RestoreSelection {
  /** Paths as they stand in the version: folders end in a separator. */
  readonly accept: (path: string, kind: SelectedKind) => boolean;
  /** Paths that the user named without wildcards; those that are not in the version are named in the result. */
  readonly literals: readonly string[];
}

/** What a restore reads from the options; the names are those of the options. */
export interface RestoreSettings {
  readonly seq: FilesetSeq;
  readonly selection: RestoreSelection;
  /** Absolute; `undefined`: where the entries came from. */
  readonly restorePath: string | undefined;
  /** Files with other content at the target are replaced; else the restored file gets another name. */
  readonly overwrite: boolean;
  readonly restorePermissions: boolean;
  readonly restoreSymlinkMetadata: boolean;
  readonly skipMetadata: boolean;
  /** Blocks are verified always; this is about whole files. */
  readonly skipVerification: boolean;
  /** The whole path of each entry is kept below `restorePath`. */
  readonly dontCompressRestorePaths: boolean;
  /**
   * Blocks that lie in the files where the entries came from, or in files of the same name at the target, are
   * copied instead of downloaded.
   */
  readonly withLocalBlocks: boolean;
  readonly dryRun: boolean;
  readonly skipFilesLargerThanBytes: number | undefined;
  readonly workers: number;
}
