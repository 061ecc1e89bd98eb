import type { FormatSettings } from '../../format/index.ts';
import type { BackupTarget } from '../opened-backup/opened-backup.ts';
import type { GivenFormat } from '../opened-backup/stored-settings.ts';
import type { LossPolicy } from './tell-loss.ts';

/** How an operation wants its backup opened. */
export interface Opening extends LossPolicy {
  readonly target: BackupTarget;
  /** The name of the operation, for the message that another run prints. */
  readonly operation: string;
  /**
   * Which dblocks are read where the database is rebuilt: those that hold what indexes do not tell, or every
   * one. Default: the former.
   */
  readonly rebuildReads?: 'every-dblock';
  readonly given: GivenFormat;
  readonly defaults: FormatSettings;
  /** How large dblocks become; checked against the blocksize where volumes may be written. */
  readonly dblockSizeBytes?: number;
  /**
   * What becomes of another passphrase than the one that the backup is known to have. `change`: the further
   * passphrase of the keys may be the one, and a change that is under way goes on. Default: it is refused.
   */
  readonly otherPassphrase?: 'accept' | 'change';
  /** `none`: the destination is not listed and the database is trusted. */
  readonly verification: 'listing' | 'none';
  /** Whether a missing folder of the destination may be made. */
  readonly folder: 'create' | 'must-exist';
}

/** The settings of the storage format that were asked for, and the usual ones. */
export function chooseFormat({ given, defaults }: Pick<Opening, 'given' | 'defaults'>): FormatSettings {
  return {
    blocksizeBytes: given.blocksizeBytes ?? defaults.blocksizeBytes,
    blockHash: given.blockHash ?? defaults.blockHash,
    fileHash: given.fileHash ?? defaults.fileHash,
  };
}
