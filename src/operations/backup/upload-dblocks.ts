import type { LocalDatabase, VolumeId } from '../../database/index.ts';
import { type BlockVolumeSettings, newVolumeName, type SealedVolume } from '../../pipeline/index.ts';
import { UploadQueue, uploadVolume } from '../../transfer/index.ts';
import { writeIndex } from '../index-volumes/run.ts';
import type { OpenedBackup } from '../open-backup/opened-backup.ts';

/** Stores finished dblocks several at a time, each followed by its dindex. */
export class DblockUploads {
  readonly #opened: OpenedBackup;
  readonly #settings: BlockVolumeSettings;
  readonly #queue: UploadQueue;

  constructor(opened: OpenedBackup, settings: BlockVolumeSettings, limit: number) {
    this.#opened = opened;
    this.#settings = settings;
    this.#queue = new UploadQueue(limit);
  }

  add(id: VolumeId, volume: SealedVolume): void {
    this.#queue.add(() => this.#upload(id, volume));
  }

  room(): Promise<void> {
    return this.#queue.room();
  }

  drain(): Promise<void> {
    return this.#queue.drain();
  }

  cancel(): Promise<void> {
    return this.#queue.cancel();
  }

  async #upload(id: VolumeId, { dblock, dindex }: SealedVolume): Promise<void> {
    const { remote, database } = this.#opened;
    const name = await uploadVolume(remote, database, {
      id,
      file: dblock,
      rename: () => newVolumeName('dblock', this.#settings),
    });
    if (dindex === undefined) return;
    // The dindex made beside the dblock names it; where the dblock was stored under another name in the end, a new one is written.
    if (name !== dblock.name) return writeIndex(this.#opened, database.volumes.get(id), this.#settings);
    const indexId = bookIndex(database, dindex.name, id);
    await uploadVolume(remote, database, {
      id: indexId,
      file: dindex,
      rename: () => newVolumeName('dindex', this.#settings),
    });
    return undefined;
  }
}

function bookIndex(database: LocalDatabase, name: string, dblock: VolumeId): VolumeId {
  return database.transaction(() => {
    const id = database.volumes.add({ name, kind: 'dindex', state: 'temporary' });
    database.volumes.link(id, dblock);
    return id;
  });
}
