import type { VolumeRow } from '../../database/index.ts';
import type { ListedVolume } from '../opened-backup/opened-backup.ts';
import { planListing } from '../verify-listing/plan.ts';

/**
 * The dblocks that lie at the destination and are known not to be what was stored: listed with another
 * length, or found damaged when they were read, and may be mended. None where the destination holds volumes
 * that this database does not know: then it may be out of date itself.
 */
export function findDamaged(volumes: readonly VolumeRow[], listed: readonly ListedVolume[]): VolumeRow[] {
  const { damaged, missing, unknown } = planListing(volumes, listed);
  if (unknown.length > 0) return [];
  const spoiled = new Set(damaged.map(({ volume }) => volume.id));
  const gone = new Set(missing.map(({ id }) => id));
  return volumes.filter(
    ({ id, kind, state, hash, damagedAtMs, isBeyondRepair, areBlocksKnown }) =>
      kind === 'dblock' &&
      (state === 'uploaded' || state === 'verified') &&
      hash !== undefined &&
      areBlocksKnown &&
      !isBeyondRepair &&
      !gone.has(id) &&
      (spoiled.has(id) || damagedAtMs !== undefined),
  );
}
