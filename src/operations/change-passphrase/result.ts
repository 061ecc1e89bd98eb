/** What a change of the passphrase did, or would do. */
export interface PassphraseChange {
  /** Volumes that this run encrypted anew. */
  readonly changedVolumes: number;
  /** Their length. */
  readonly changedBytes: number;
  /** Volumes that an earlier run had changed already. */
  readonly volumesChangedBefore: number;
  /** Damaged dblocks, which stay as they are. */
  readonly unreadableVolumes: readonly string[];
  /** False when the run was stopped before the last volume; the same command goes on. */
  readonly isComplete: boolean;
  readonly isDryRun: boolean;
}
