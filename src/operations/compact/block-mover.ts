import type { ArchiveReader } from '../../compression/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import { BlockVolume, type BlockVolumeSettings } from '../../pipeline/index.ts';
import type { OpenedBackup } from '../open-backup/opened-backup.ts';
import type { DblockUploads } from '../upload-dblocks/dblock-uploads.ts';
import type { CompactResult } from './result.ts';
import type { KeptBlock } from './source-volume.ts';

/** A dblock that is being filled, and what is booked once it has arrived. */
interface Filling {
  readonly volume: BlockVolume;
  readonly ids: number[];
  readonly names: Set<string>;
  readonly sources: Set<Source>;
}

/** A dblock that is being emptied. */
interface Source {
  readonly row: VolumeRow;
  /** New dblocks with blocks of it that have not arrived. */
  readonly pending: Set<Filling>;
  isRead: boolean;
}

export interface BlockMoverTools {
  readonly opened: OpenedBackup;
  readonly settings: BlockVolumeSettings;
  readonly uploads: DblockUploads;
  readonly result: CompactResult;
  /** Called with a dblock all of whose needed blocks have arrived elsewhere, with their dindexes. */
  readonly onEmptied: (dblock: VolumeRow) => Promise<void>;
}

/**
 * Copies blocks from old dblocks into new ones. A block is booked in its new place when the new dblock has arrived, and an old dblock is given free when all of its blocks have, dindexes included. Wherever the run
 * ends, every block lies in the dblock that the database says.
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
      ids: [],
      names: new Set(),
      sources: new Set(),
    };
    return this.#filling;
  }

  #copy({ hash, entry, ids, isBlocklist }: KeptBlock, archive: ArchiveReader, filling: Filling): void {
    filling.ids.push(...ids);
    if (filling.names.has(entry.name)) return;
    filling.names.add(entry.name);
    filling.volume.copy(hash, archive, entry);
    if (isBlocklist)
      filling.volume.noteBlocklist(hash, archive.read(entry, this.#tools.settings.format.blocksizeBytes));
  }

  async #seal(): Promise<void> {
    const filling = this.#filling;
    if (filling === undefined) return;
    this.#filling = undefined;
    const { opened, uploads, result } = this.#tools;
    const { database } = opened;
    const sealed = await filling.volume.seal();
    const { dblock } = sealed;
    const id = database.transaction(() =>
      database.volumes.add({ ...dblock, kind: 'dblock', state: 'temporary' }),
    );
    uploads.add(id, sealed, {
      onStored: () => {
        database.transaction(() => {
          for (const block of filling.ids) database.blocks.move(block, id);
          database.volumes.setBlocks(id, rangeOf(filling.ids));
        });
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

function rangeOf(ids: readonly number[]): { first: number; last: number } {
  let first = Number.MAX_SAFE_INTEGER;
  let last = 0;
  for (const id of ids) {
    first = Math.min(first, id);
    last = Math.max(last, id);
  }
  return { first, last };
}
