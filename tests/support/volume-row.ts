import type { VolumeId, VolumeRow } from '../../src/database/index.ts';

/** A stored dblock as the database knows it, never read back, but for what is `given` otherwise. */
export function volumeRow(given: Partial<Omit<VolumeRow, 'id'>> & { readonly id: number }): VolumeRow {
  return {
    name: `volume-${given.id}`,
    kind: 'dblock',
    state: 'verified',
    sizeBytes: 1,
    hash: undefined,
    areBlocksKnown: true,
    firstBlock: undefined,
    lastBlock: undefined,
    verifiedCount: 0,
    verifiedAtMs: undefined,
    deletedAtMs: undefined,
    damagedAtMs: undefined,
    isBeyondRepair: false,
    lockedUntilMs: undefined,
    ...given,
    id: given.id as VolumeId,
  };
}
