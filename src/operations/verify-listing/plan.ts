import type { VolumeRow } from '../../database/index.ts';
import type { ListedVolume } from '../opened-backup/opened-backup.ts';

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
  /** Deleted before, and not listed any more. */
  readonly deleted: readonly VolumeRow[];
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
  const draft: Draft = {
    arrived: [],
    seen: [],
    leftovers: [],
    gone: [],
    deleted: [],
    damaged: [],
    missing: [],
  };
  for (const volume of volumes) {
    place(volume, byName.get(volume.name), draft);
    byName.delete(volume.name);
  }
  return { ...draft, unknown: [...byName.values()] };
}

interface Draft {
  readonly arrived: VolumeRow[];
  readonly seen: VolumeRow[];
  readonly leftovers: VolumeRow[];
  readonly gone: VolumeRow[];
  readonly deleted: VolumeRow[];
  readonly damaged: { volume: VolumeRow; listedBytes: number }[];
  readonly missing: VolumeRow[];
}

function place(volume: VolumeRow, file: ListedVolume | undefined, draft: Draft): void {
  switch (volume.state) {
    case 'temporary':
    case 'deleting':
      (file === undefined ? draft.gone : draft.leftovers).push(volume);
      return;
    case 'uploading':
      if (file === undefined) draft.gone.push(volume);
      else (isSameSize(volume, file) ? draft.arrived : draft.leftovers).push(volume);
      return;
    case 'uploaded':
    case 'verified':
      placeStored(volume, file, draft);
      return;
    case 'deleted':
      // A listing may lag behind a deletion; the file is no unknown one.
      if (file === undefined) draft.deleted.push(volume);
      return;
    default:
      volume.state satisfies never;
  }
}

function placeStored(volume: VolumeRow, file: ListedVolume | undefined, draft: Draft): void {
  if (file === undefined) draft.missing.push(volume);
  else if (!isSameSize(volume, file)) draft.damaged.push({ volume, listedBytes: file.sizeBytes });
  else if (volume.state === 'uploaded') draft.seen.push(volume);
}

/** A destination that cannot tell a length lists -1. */
function isSameSize(volume: VolumeRow, file: ListedVolume): boolean {
  return volume.sizeBytes < 0 || file.sizeBytes < 0 || volume.sizeBytes === file.sizeBytes;
}

/** Volumes with data that are not at the destination, or not as they were stored. */
export function lostDblocks({ missing, damaged }: ListingPlan): VolumeRow[] {
  return [...missing, ...damaged.map(({ volume }) => volume)].filter(isDblock);
}

/** True for volumes that hold blocks. */
export function isDblock({ kind }: VolumeRow): boolean {
  return kind === 'dblock';
}
