import { FormatError, type Scratch } from '../base/index.ts';
import {
  type ArchiveModule,
  type ArchiveReader,
  isArchiveModule,
  openArchive,
} from '../compression/index.ts';
import {
  checkManifest,
  MANIFEST_ENTRY,
  type Manifest,
  parseManifest,
  parseVolumeName,
} from '../format/index.ts';
import { decryptVolume, unsupported } from './decrypt-volume.ts';
import { scratchFile } from './scratch-file.ts';
import type { Keys, VolumeToRead } from './volume-to-read.ts';

/** A volume whose entries can be read; to be disposed. */
export interface OpenVolume extends Disposable {
  readonly archive: ArchiveReader;
  /** `undefined` only where the manifest was not to be read. */
  readonly manifest: Manifest | undefined;
}

const MANIFEST_MAX_BYTES = 64 * 1024;

/**
 * Opens a volume: checks length and hash of its remote bytes, decrypts it as the ending of its name says, and
 * reads its directory. Everything that is handed out was authenticated before, unless the volume is read in
 * place or damage was accepted. `newPath` gives paths for temporary files.
 */
export async function openVolume(
  volume: VolumeToRead,
  keys: Keys,
  newPath: (label: string) => string,
): Promise<OpenVolume> {
  const name = parseVolumeName(volume.name);
  const module = name?.compression ?? 'zip';
  if (!isArchiveModule(module)) throw unsupported(volume.name, `container '${module}'`);
  const plain = await decryptVolume(volume, keys, newPath);
  const scratches: Scratch[] = [];
  const close = () => {
    plain.close();
    for (const scratch of scratches) scratch[Symbol.dispose]();
  };
  try {
    const scratch = () => {
      const made = scratchFile(newPath('scratch'));
      scratches.push(made);
      return made;
    };
    const archive = await openArchive(module satisfies ArchiveModule, plain.access, {
      volumeName: volume.name,
      scratch,
    });
    const manifest = volume.format === 'ignore' ? undefined : readManifest(archive, volume);
    return { archive, manifest, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

function readManifest(archive: ArchiveReader, volume: VolumeToRead): Manifest {
  const entry = archive.find(MANIFEST_ENTRY);
  if (entry === undefined) {
    throw new FormatError('volume-corrupt', `The volume '${volume.name}' has no manifest.`, {
      details: { volume: volume.name },
    });
  }
  const manifest = parseManifest(archive.read(entry, MANIFEST_MAX_BYTES), volume.name);
  if (volume.format !== undefined && volume.format !== 'ignore')
    checkManifest(manifest, volume.format, volume.name);
  return manifest;
}
