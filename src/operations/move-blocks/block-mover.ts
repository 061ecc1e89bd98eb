import type { ArchiveReader } from '../../compression/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { BlockVolume, type BlockVolumeSettings } from '../../pipeline/index.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import type { DblockUploads } from '../upload-dblocks/dblock-uploads.ts';
import type { BlockCopies, CopiedBlock } from './block-copies.ts';
import type { KeptBlock } from './source-volume.ts';

/** A dblock that is being filled, and what is booked once it has arrived. */
interface Filling {
  readonly volume: BlockVolume;
  /** By the names of their archive entries, in order. */
  readonly blocks: Map<string, CopiedBlock>;
  readonly sources: Set<Source>;
}

/** A dblock that is being emptied. */
interface Source {
  readonly row: VolumeRow;
  /** New dblocks with blocks of it that have not arrived. */
  readonly pending: Set<Filling>;
  isRead: boolean;
}

/** New dblocks, and their lengths at the destination. */
export interface StoredDblocks {
  storedVolumes: number;
  storedBytes: number;
}

export interface BlockMoverTools {
  readonly opened: OpenedBackup;
  readonly settings: BlockVolumeSettings;
  readonly uploads: DblockUploads;
  readonly copies: BlockCopies;
  /** Counts what is stored. */
  readonly result: StoredDblocks;
  /** Called with a dblock all of whose needed blocks have arrived elsewhere, with their dindexes. */
  readonly onEmptied: (dblock: VolumeRow) => Promise<void>;
}

/**
 * Copies blocks from old dblocks into new ones. The copies are booked when the new dblock has arrived, and an
 * old dblock is given free when all of its needed blocks have, dindexes included.
 */
export class BlockMover implements Disposable {
  readonly #tools: BlockMoverTools;
  #filling: Filling | undefined;

  constructor(tools: BlockMoverTools) {
    this.#tools = tools;
  }

  /** Takes over the needed blocks of one dblock. */
  async take(row: VolumeRow, archive: ArchiveReader, blocks: readonly KeptBlock[]): Promise<void> {
    const source: Source = { row, pending: new Set(), isRead: false };
    for (const block of blocks) {
      const filling = this.#open();
      this.#copy(block, archive, filling);
      filling.sources.add(source);
      source.pending.add(filling);
      if (filling.volume.isFull) await this.#seal();
    }
    source.isRead = true;
    await this.#release(source);
  }

  /** Hands over the last dblock, which may be small. */
  async finish(): Promise<void> {
    await this.#seal();
  }

  [Symbol.dispose](): void {
    this.#filling?.volume.discard();
    this.#filling = undefined;
  }

  #open(): Filling {
    this.#filling ??= {
      volume: new BlockVolume(this.#tools.settings),
      blocks: new Map(),
      sources: new Set(),
    };
    return this.#filling;
  }

  #copy({ hash, entry, ids, isBlocklist }: KeptBlock, archive: ArchiveReader, filling: Filling): void {
    const known = filling.blocks.get(entry.name);
    if (known !== undefined) {
      known.ids.push(...ids);
      return;
    }
    filling.blocks.set(entry.name, { hash, sizeBytes: entry.sizeBytes, ids: [...ids] });
    filling.volume.copy(hash, archive, entry);
    if (isBlocklist)
      filling.volume.noteBlocklist(hash, archive.read(entry, this.#tools.settings.format.blocksizeBytes));
  }

  async #seal(): Promise<void> {
    const filling = this.#filling;
    if (filling === undefined) return;
    this.#filling = undefined;
    const { opened, uploads, copies, result } = this.#tools;
    const { database } = opened;
    const sealed = await filling.volume.seal();
    const { dblock } = sealed;
    const id = database.transaction(() =>
      database.volumes.add({ ...dblock, kind: 'dblock', state: 'temporary' }),
    );
    uploads.add(id, sealed, {
      onStored: () => {
        copies.bookArrived(id, [...filling.blocks.values()]);
        result.storedVolumes++;
        result.storedBytes += dblock.sizeBytes;
      },
      onIndexed: async () => {
        for (const source of filling.sources) {
          source.pending.delete(filling);
          await this.#release(source);
        }
      },
    });
    await uploads.room();
  }

  async #release({ row, pending, isRead }: Source): Promise<void> {
    if (isRead && pending.size === 0) await this.#tools.onEmptied(row);
  }
}
