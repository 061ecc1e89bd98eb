import type { VolumeRow } from '../../database/index.ts';
import type { ListedVolume } from '../open-backup/opened-backup.ts';

/** What a complete listing says of the volumes that the database knows. Plain data; `carry out` is `apply.ts`. */
export interface ListingPlan {
  /** Left by a run that ended early, whole: their uploads had arrived. */
  readonly arrived: readonly VolumeRow[];
  /** Seen for the first time since their upload. */
  readonly seen: readonly VolumeRow[];
  /** Left by a run that ended early, of no use: to be deleted at the destination. */
  readonly leftovers: readonly VolumeRow[];
  /** Never arrived, or already deleted: only to be forgotten here. */
  readonly gone: readonly VolumeRow[];
  /** At the destination with another length than was stored. */
  readonly damaged: readonly { readonly volume: VolumeRow; readonly listedBytes: number }[];
  /** Stored before, and not at the destination any more. */
  readonly missing: readonly VolumeRow[];
  /** At the destination and unknown here: somebody else wrote there, or this database is older than the destination. */
  readonly unknown: readonly ListedVolume[];
}

/** Compares a complete listing with the database (operations reference 3.3). */
export function planListing(volumes: readonly VolumeRow[], listed: readonly ListedVolume[]): ListingPlan {
  const byName = new Map(listed.map((file) => [file.name, file]));
  const plan = {
    arrived: [] as VolumeRow[],
    seen: [] as VolumeRow[],
    leftovers: [] as VolumeRow[],
    gone: [] as VolumeRow[],
    damaged: [] as { volume: VolumeRow; listedBytes: number }[],
    missing: [] as VolumeRow[],
  };
  for (const volume of volumes) {
    const file = byName.get(volume.name);
    byName.delete(volume.name);
    switch (volume.state) {
      case 'temporary':
      case 'deleting':
        (file === undefined ? plan.gone : plan.leftovers).push(volume);
        break;
      case 'uploading':
        if (file === undefined) plan.gone.push(volume);
        else if (isSameSize(volume, file)) plan.arrived.push(volume);
        else plan.leftovers.push(volume);
        break;
      case 'uploaded':
      case 'verified':
        if (file === undefined) plan.missing.push(volume);
        else if (!isSameSize(volume, file)) plan.damaged.push({ volume, listedBytes: file.sizeBytes });
        else if (volume.state === 'uploaded') plan.seen.push(volume);
        break;
      case 'deleted':
        // A listing may lag behind a deletion; the file is no unknown one.
        break;
      default:
        volume.state satisfies never;
    }
  }
  return { ...plan, unknown: [...byName.values()] };
}

/** A destination that cannot tell a length lists -1. */
function isSameSize(volume: VolumeRow, file: ListedVolume): boolean {
  return volume.sizeBytes < 0 || file.sizeBytes < 0 || volume.sizeBytes === file.sizeBytes;
}
