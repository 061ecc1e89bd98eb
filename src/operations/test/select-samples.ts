import type { VolumeRow } from '../../database/index.ts';

/**
 * Chooses volumes of one kind: those whose hash nobody knows, and so many of the others, those first that
 * were never read back, then those that were read back least often, by lot among equals. So tests come round
 * to every volume. (Order of Duplicati.)
 */
export function selectSamples(
  volumes: readonly VolumeRow[],
  samples: number | 'all',
  random: () => number,
): VolumeRow[] {
  if (samples === 'all') return [...volumes];
  const unknown = volumes.filter(({ hash }) => hash === undefined);
  const drawn = volumes
    .filter(({ hash }) => hash !== undefined)
    .map((volume) => ({ volume, lot: random() }))
    .sort((one, other) => one.volume.verifiedCount - other.volume.verifiedCount || one.lot - other.lot)
    .slice(0, samples)
    .map(({ volume }) => volume);
  return [...unknown, ...drawn];
}
