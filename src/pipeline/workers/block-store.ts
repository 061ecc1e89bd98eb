import type { EntryHint } from '../../compression/index.ts';
import { hashBytes } from '../../crypto/index.ts';
import type { BlockTable } from '../block-table.ts';
import { BlockVolume, type SealedVolume } from '../block-volume.ts';
import type { BlockVolumeSettings } from '../block-volume-settings.ts';
import type { StoredBlocks } from './messages.ts';
import type { Pace } from './pace.ts';

/**
 * Where a worker's new blocks go: asks the shared table, fills the worker's own volume, and remembers what is
 * to be booked.
 */
export class BlockStore {
  readonly #settings: BlockVolumeSettings;
  readonly #table: BlockTable;
  readonly #onBlocks: (blocks: StoredBlocks) => void;
  readonly #onVolume: (volume: SealedVolume) => Promise<void>;
  readonly #pace: Pace | undefined;
  #volume: BlockVolume | undefined;
  #pending: { id: number; sizeBytes: number; hash: Uint8Array }[] = [];

  constructor(
    settings: BlockVolumeSettings,
    table: BlockTable,
    on: {
      readonly blocks: (blocks: StoredBlocks) => void;
      /** Resolves when another volume may be begun. */
      readonly volume: (volume: SealedVolume) => Promise<void>;
    },
    pace?: Pace,
  ) {
    this.#settings = settings;
    this.#table = table;
    this.#onBlocks = on.blocks;
    this.#onVolume = on.volume;
    this.#pace = pace;
  }

  /** Names a block, and stores it if it is new. `bytes` may be reused afterwards. */
  storeBlock(bytes: Uint8Array, hint: EntryHint): { readonly id: number; readonly hash: Buffer } {
    this.#pace?.step();
    const hash = hashBytes(this.#settings.format.blockHash, bytes);
    const claim = this.#table.claim(hash, bytes.length);
    if (claim > 0) return { id: claim, hash };
    this.open().add(hash, bytes, hint);
    this.#pending.push({ id: -claim, sizeBytes: bytes.length, hash });
    return { id: -claim, hash };
  }

  storeBlocklist(hash: Uint8Array, bytes: Uint8Array): number {
    const claim = this.#table.claim(hash, bytes.length);
    if (claim > 0) return claim;
    this.open().addBlocklist(hash, bytes);
    this.#pending.push({ id: -claim, sizeBytes: bytes.length, hash });
    return -claim;
  }

  get isFull(): boolean {
    return this.#volume?.isFull ?? false;
  }

  /** The open volume, opened when it is first asked for. */
  open(): BlockVolume {
    this.#volume ??= new BlockVolume(this.#settings);
    return this.#volume;
  }

  /** Hands the new blocks over for booking. */
  flush(): void {
    const pending = this.#pending;
    const volumeName = this.#volume?.name;
    if (pending.length === 0 || volumeName === undefined) return;
    const hashSize = pending[0]?.hash.length ?? 0;
    const ids = new Uint32Array(pending.length);
    const sizes = new Uint32Array(pending.length);
    const hashes = new Uint8Array(pending.length * hashSize);
    pending.forEach((block, index) => {
      ids[index] = block.id;
      sizes[index] = block.sizeBytes;
      hashes.set(block.hash, index * hashSize);
    });
    this.#pending = [];
    this.#onBlocks({ volumeName, ids, sizes, hashes });
  }

  /** Completes the open volume, if there is one, hands it over for upload, and waits for room for another. */
  async seal(): Promise<void> {
    const sealed = await this.sealQuietly();
    if (sealed !== undefined) await this.#onVolume(sealed);
  }

  /** Completes the open volume without handing it over. */
  async sealQuietly(): Promise<SealedVolume | undefined> {
    this.flush();
    const volume = this.#volume;
    this.#volume = undefined;
    return volume?.seal();
  }
}
