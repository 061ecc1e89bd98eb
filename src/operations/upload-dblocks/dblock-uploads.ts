import type { LocalDatabase, VolumeId } from '../../database/index.ts';
import { type BlockVolumeSettings, newVolumeName, type SealedVolume } from '../../pipeline/index.ts';
import { UploadQueue, uploadVolume } from '../../transfer/index.ts';
import { writeIndex } from '../index-volumes/run.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';

/** What a caller does beside the upload of its volume. A throw ends all uploads. */
export interface DblockUploadSteps {
  /** The dblock has arrived whole; its dindex is not there yet. */
  readonly onStored?: () => void;
  /** The dindex has arrived too, or none is wanted. */
  readonly onIndexed?: () => Promise<void>;
  /** All of it is over. */
  readonly onEnd?: (failure?: { readonly error: unknown }) => void;
}

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

  add(id: VolumeId, volume: SealedVolume, steps: DblockUploadSteps = {}): void {
    this.#queue.add(async () => {
      try {
        const name = await this.#uploadDblock(id, volume);
        steps.onStored?.();
        await this.#uploadDindex(id, volume, name);
        await steps.onIndexed?.();
        steps.onEnd?.();
      } catch (error) {
        steps.onEnd?.({ error });
        throw error;
      }
    });
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

  #uploadDblock(id: VolumeId, { dblock }: SealedVolume): Promise<string> {
    const { remote, database } = this.#opened;
    return uploadVolume(remote, database, {
      id,
      file: dblock,
      rename: () => newVolumeName('dblock', this.#settings),
    });
  }

  async #uploadDindex(id: VolumeId, { dblock, dindex }: SealedVolume, name: string): Promise<void> {
    const { remote, database } = this.#opened;
    if (dindex === undefined) return;
    // The dindex made beside the dblock names it; where the dblock was stored under another name in the end,
    // a new one is written.
    if (name !== dblock.name) {
      await writeIndex(this.#opened, database.volumes.get(id), this.#settings);
      return;
    }
    await uploadVolume(remote, database, {
      id: bookIndex(database, dindex.name, id),
      file: dindex,
      rename: () => newVolumeName('dindex', this.#settings),
    });
  }
}

function bookIndex(database: LocalDatabase, name: string, dblock: VolumeId): VolumeId {
  return database.transaction(() => {
    const id = database.volumes.add({ name, kind: 'dindex', state: 'temporary' });
    database.volumes.link(id, dblock);
    return id;
  });
}
