import type { CompactFigures, CompactReason } from './plan.ts';

/** What a compaction did, or would do. */
export interface CompactResult {
  /** Why volumes were rewritten; empty where none were. */
  readonly reasons: readonly CompactReason[];
  readonly figures: CompactFigures;
  /** Dblocks in which nothing was needed any more. */
  readonly unusedVolumes: number;
  /** Dblocks whose blocks went into new ones. */
  rewrittenVolumes: number;
  /** New dblocks. */
  storedVolumes: number;
  /** Lengths at the destination of the dblocks that went, and of those that came. */
  deletedBytes: number;
  storedBytes: number;
  /** Length of the dblocks that were read for it. */
  downloadedBytes: number;
  /** Dblocks that could not be read and stayed as they were. */
  readonly unreadableVolumes: string[];
  /** False where the run was stopped early; the next compaction does the rest. */
  isComplete: boolean;
  readonly isDryRun: boolean;
}
