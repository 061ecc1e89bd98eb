import type { BrokenVersion } from '../heal-losses/find-broken.ts';

/** What becomes of a version that lacks something. */
export interface PlannedMending {
  readonly broken: BrokenVersion;
  /** `delete`: nothing of it is left. */
  readonly action: 'delete' | 'rewrite';
  readonly removed: readonly string[];
  /** Paths whose entries stay, with empty metadata. */
  readonly emptied: readonly string[];
}

/** Decides about one version. `lostMetadata`: what becomes of an entry whose metadata alone is lost. */
export function planMending(broken: BrokenVersion, lostMetadata: 'replace' | 'remove'): PlannedMending {
  const emptied: string[] = [];
  const removed: string[] = [];
  for (const { path, lost } of broken.broken)
    (lost === 'metadata' && lostMetadata === 'replace' ? emptied : removed).push(path);
  return { broken, action: removed.length === broken.entries ? 'delete' : 'rewrite', removed, emptied };
}
