import type { FilesetRow, FilesetSeq, LocalDatabase, VolumeRow } from '../../database/index.ts';
import { markUnsettled } from '../space/unsettled.ts';

/**
 * Takes versions out of the database and books their file lists for deletion, in one transaction. Blocks that
 * no version needs any more stay where they lie. Returns the file lists to delete at the destination.
 */
export function forgetVersions(database: LocalDatabase, filesets: readonly FilesetRow[]): VolumeRow[] {
  const byId = new Map(database.volumes.all().map((volume) => [volume.id, volume]));
  return database.transaction(() => {
    for (const { seq } of filesets) database.filesets.remove(seq);
    const newest = newestLeft(database);
    if (filesets.some(({ seq }) => seq > newest)) database.entries.endWith(newest);
    database.entries.dropUnused();
    database.contents.dropUnused();
    markUnsettled(database);
    return filesets.flatMap(({ volumeId }) => {
      const volume = volumeId === undefined ? undefined : byId.get(volumeId);
      if (volume === undefined) return [];
      database.volumes.setState(volume.id, 'deleting');
      return [volume];
    });
  });
}

/** The version of an interrupted run counts: its entries go on from those of the versions before. */
function newestLeft({ filesets }: LocalDatabase): FilesetSeq {
  const left = [...filesets.versions(), ...filesets.incomplete()].map(({ seq }) => seq);
  return Math.max(0, ...left) as FilesetSeq;
}
