import type { LocalDatabase, VolumeId, VolumeRow } from '../../database/index.ts';

/**
 * Books in the caller's transaction that a volume stored by `uploadReplacement` takes the place of a dblock:
 * it holds the same blocks. The former remote file and its dindexes are booked for deletion; they are
 * answered in the order in which they are to go, so that no dindex outlives what it describes.
 */
export function takePlace(
  { volumes }: LocalDatabase,
  dblock: VolumeRow,
  stored: { readonly id: VolumeId; readonly name: string },
): VolumeId[] {
  const indexes = volumes.indexesOf(dblock.id).filter((id) => {
    const { state } = volumes.get(id);
    return state === 'uploaded' || state === 'verified';
  });
  volumes.remove(stored.id);
  volumes.setReplaced(dblock.id, stored.name);
  for (const id of indexes) volumes.setState(id, 'deleting');
  return [...indexes, volumes.add({ name: dblock.name, kind: 'dblock', state: 'deleting' })];
}
