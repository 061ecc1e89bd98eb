import { hashBytes } from '../../crypto/index.ts';
import { type ContentReference, referenceToBlock, referenceToContent } from '../../database/index.ts';
import { EMPTY_METADATA_BLOB } from '../../format/index.ts';
import { BlockVolume, type BlockVolumeSettings } from '../../pipeline/index.ts';
import { BlockCopies } from '../move-blocks/block-copies.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { DblockUploads } from '../upload-dblocks/dblock-uploads.ts';

/** Metadata that say nothing, as an entry refers to them. */
export interface EmptyMetadata {
  readonly metadata: ContentReference;
  readonly metadataHash: Buffer;
  readonly metadataSizeBytes: number;
}

/**
 * Finds the block of empty metadata, or stores it. Entries without any metadata would vanish when Duplicati
 * writes their list.
 */
export async function provideEmptyMetadata(
  opened: OpenedBackup,
  settings: BlockVolumeSettings,
): Promise<EmptyMetadata> {
  const { database, format } = opened;
  const hash = hashBytes(format.blockHash, EMPTY_METADATA_BLOB);
  const metadataHash = hashBytes(format.fileHash, EMPTY_METADATA_BLOB);
  const sizeBytes = EMPTY_METADATA_BLOB.length;
  const id = findBlock(opened, hash) ?? (await storeBlock(opened, hash, settings));
  const metadata =
    format.blockHash === format.fileHash
      ? referenceToBlock(id)
      : referenceToContent(
          database.contents.add({
            sizeBytes,
            hash: metadataHash,
            blocks: Uint32Array.of(id),
            blocklists: new Uint32Array(),
          }),
        );
  return { metadata, metadataHash, metadataSizeBytes: sizeBytes };
}

function findBlock({ database }: OpenedBackup, hash: Buffer): number | undefined {
  for (const block of database.blocks.stored()) if (block.hash.equals(hash)) return block.id;
  return undefined;
}

async function storeBlock(
  opened: OpenedBackup,
  hash: Buffer,
  settings: BlockVolumeSettings,
): Promise<number> {
  const { database } = opened;
  const volume = new BlockVolume(settings);
  volume.add(hash, EMPTY_METADATA_BLOB, 'compress');
  const sealed = await volume.seal();
  const volumeId = database.transaction(() =>
    database.volumes.add({ ...sealed.dblock, kind: 'dblock', state: 'temporary' }),
  );
  const uploads = new DblockUploads(opened, settings, 1);
  const block = { hash, sizeBytes: EMPTY_METADATA_BLOB.length, ids: [] };
  uploads.add(volumeId, sealed, {
    onStored: () => new BlockCopies(database).bookArrived(volumeId, [block]),
  });
  await uploads.drain();
  const id = findBlock(opened, hash);
  if (id === undefined) throw new Error('the block of empty metadata was stored and is not booked');
  return id;
}
