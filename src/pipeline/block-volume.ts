import { join } from 'node:path';
import type { ArchiveEntry, ArchiveReader, EntryHint } from '../compression/index.ts';
import { blockEntryName, MANIFEST_ENTRY, writeManifest } from '../format/index.ts';
import { type BlockVolumeSettings, newVolumeName } from './block-volume-settings.ts';
import { writeDindexFile } from './dindex-file.ts';
import { type VolumeFile, VolumeWriter } from './volume-writer.ts';

/** A dblock ready for upload, with its dindex. */
export interface SealedVolume {
  readonly dblock: VolumeFile;
  readonly dindex: VolumeFile | undefined;
  readonly blockCount: number;
}

/** A dblock that is being filled. */
export class BlockVolume {
  readonly name: string;
  readonly #settings: BlockVolumeSettings;
  readonly #writer: VolumeWriter;
  readonly #blocks: { readonly hash: Uint8Array; readonly sizeBytes: number }[] = [];
  readonly #blocklists: { readonly hash: Uint8Array; readonly bytes: Uint8Array }[] = [];

  constructor(settings: BlockVolumeSettings) {
    this.#settings = settings;
    this.name = newVolumeName('dblock', settings);
    this.#writer = new VolumeWriter(this.name, join(settings.folder, this.name), settings.volume);
    this.#writer.archive.add(
      MANIFEST_ENTRY,
      writeManifest({ ...settings.format, createdMs: settings.createdMs, appVersion: settings.appVersion }),
      'compress',
    );
  }

  /** True when the next block could make the volume larger than asked for. */
  get isFull(): boolean {
    return (
      this.#writer.archive.sizeBytes > this.#settings.dblockSizeBytes - this.#settings.format.blocksizeBytes
    );
  }

  /** Length of the volume if it were completed now, before encryption. */
  get sizeBytes(): number {
    return this.#writer.archive.sizeBytes;
  }

  /** Adds a block; `hash` is kept, `bytes` may be reused. */
  add(hash: Uint8Array, bytes: Uint8Array, hint: EntryHint): void {
    this.#writer.archive.add(blockEntryName(hash), bytes, hint);
    this.#blocks.push({ hash, sizeBytes: bytes.length });
  }

  /** Adds a blocklist as the block that it is; the dindex will hold it too. */
  addBlocklist(hash: Uint8Array, bytes: Uint8Array): void {
    this.add(hash, bytes, 'store');
    this.#blocklists.push({ hash, bytes: Uint8Array.from(bytes) });
  }

  /** Takes a block over from another volume without unpacking it where the containers allow. */
  copy(hash: Uint8Array, reader: ArchiveReader, entry: ArchiveEntry): void {
    this.#writer.archive.copy(reader, entry);
    this.#blocks.push({ hash, sizeBytes: entry.sizeBytes });
  }

  /** Books a blocklist whose block came by `copy`. */
  noteBlocklist(hash: Uint8Array, bytes: Uint8Array): void {
    this.#blocklists.push({ hash, bytes });
  }

  async seal(): Promise<SealedVolume> {
    const dblock = await this.#writer.finish();
    const { indexPolicy } = this.#settings;
    const dindex =
      indexPolicy === 'none'
        ? undefined
        : await writeDindexFile(this.#settings, [
            { dblock, blocks: this.#blocks, blocklists: indexPolicy === 'full' ? this.#blocklists : [] },
          ]);
    return { dblock, dindex, blockCount: this.#blocks.length };
  }

  discard(): void {
    this.#writer.discard();
  }
}
