import type { LocalDatabase } from '../../database/index.ts';

/**
 * Books that versions, or parts of them, were taken away, so that blocks may be wasted. Call it in the
 * transaction that does so.
 */
export function markUnsettled({ configuration }: LocalDatabase): void {
  configuration.clear('space-settled');
}

/**
 * True while versions lack data. What seems to be waste may belong to content whose blocklist is lost, and
 * may come back: nothing is deleted.
 */
export function hasLosses({ configuration }: LocalDatabase): boolean {
  return configuration.get('blocks-lost') !== undefined;
}
