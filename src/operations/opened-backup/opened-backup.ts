import type { LocalDatabase } from '../../database/index.ts';
import type { openDestination, RemoteFile, SoftDeletion, TransferLimits } from '../../destinations/index.ts';
import type { FormatSettings, VolumeName } from '../../format/index.ts';
import type { Keys, TemporaryFolder } from '../../pipeline/index.ts';
import type { ParityUse, Remote, RetryPolicy } from '../../transfer/index.ts';

/** What is checked of volumes that are read. What is in them is checked in any case. */
export interface VolumeChecks {
  /** Length and hash of the remote file. */
  readonly hashes: 'check' | 'skip';
  /** `ignore`: the settings of the backup must then be given. */
  readonly manifests: 'read' | 'ignore';
}

/** Which backup, and how to reach it. */
export interface BackupTarget {
  /** The destination as the user gave it. */
  readonly url: string;
  /** Opens the destination; where this is absent, the URL alone says how. */
  readonly connect?: typeof openDestination;
  /** `fresh`: the destination is opened anew for every call. Default: connections are kept. */
  readonly connections?: 'kept' | 'fresh';
  /** Options that the destination reads, by name. */
  readonly destinationOptions: ReadonlyMap<string, string>;
  readonly prefix: string;
  /** The local database named by the user; `undefined`: found by the destination. */
  readonly databasePath: string | undefined;
  /** The user's folder for local databases. */
  readonly dataFolder: string;
  /** Name for a new local database. */
  readonly backupName: string;
  /** Parent of the run's temporary folder. */
  readonly temporaryParent: string;
  readonly keys: Keys;
  readonly retry: RetryPolicy;
  /**
   * How fast bytes may move, shared by everything that uses this target; absent: as fast as they can. May be
   * changed while it is used.
   */
  readonly limits?: TransferLimits | undefined;
  /** Whether the storage may have changed upper and lower case in names. Default: it has not. */
  readonly nameCase?: 'kept' | 'changed';
  /** Deleted files are kept under another name; `undefined`: they are deleted. */
  readonly softDeletion?: SoftDeletion | undefined;
  /** Whether each upload is looked for in a listing afterwards; only with `true`. */
  readonly verifiesUploads?: boolean;
  /** Default: everything. */
  readonly checks?: VolumeChecks;
  /** How parity data are made and used; absent: neither. */
  readonly parity?: ParityUse;
}

/** A volume of this backup at the destination. */
export interface ListedVolume extends RemoteFile {
  readonly parsed: VolumeName;
}

/** A backup that is open for an operation: its destination, its database, and a place for volumes on their way. */
export interface OpenedBackup {
  readonly target: BackupTarget;
  readonly remote: Remote;
  readonly database: LocalDatabase;
  readonly temporary: TemporaryFolder;
  readonly keys: Keys;
  /** Blocksize and hashes, as stored or as asked for. */
  readonly format: FormatSettings;
}
