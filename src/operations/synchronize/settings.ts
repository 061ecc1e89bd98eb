/** How one destination is made equal to another. */
export interface SynchronizeSettings {
  /** `all`: files that look equal are copied too. */
  readonly copies: 'differing' | 'all';
  /** What happens to volumes that the source no longer has, and to files that are replaced. */
  readonly extras: 'leave' | 'delete' | 'rename';
  /** Whether files that look equal are read on both sides and compared. */
  readonly comparesContents: boolean;
  /** Whether each file is read back after it was stored. */
  readonly readsBack: boolean;
  readonly isDryRun: boolean;
  /** Files that are copied at the same time. */
  readonly parallelCopies: number;
  /** A path for a file on its way, which no other call gets. */
  readonly newTemporaryPath: (name: string) => string;
}
