import { decryptVolume } from './decrypt-volume.ts';
import { EncryptedFile, type EncryptedFileSettings, type FinishedFile } from './encrypted-file.ts';
import type { Keys, VolumeToRead } from './volume-to-read.ts';

const PIECE_BYTES = 64 * 1024;

/**
 * Encrypts a volume anew, byte for byte what it was inside. Length, hash and authenticity are checked before
 * anything of it is used. `newPath` gives paths for temporary files. Throws what `openVolume` throws.
 */
export async function reencryptVolume(
  volume: VolumeToRead,
  keys: Keys,
  settings: EncryptedFileSettings,
  newPath: (label: string) => string,
): Promise<FinishedFile> {
  const plain = await decryptVolume(volume, keys, newPath);
  try {
    const file = new EncryptedFile(newPath('reencrypted'), settings);
    try {
      const { access } = plain;
      for (let offset = 0; offset < access.sizeBytes; offset += PIECE_BYTES)
        file.write(access.read(offset, Math.min(PIECE_BYTES, access.sizeBytes - offset)));
    } catch (error) {
      file.discard();
      throw error;
    }
    return await file.finish();
  } finally {
    plain.close();
  }
}
