import {
  type ArchiveModule,
  type ArchiveSettings,
  type ArchiveWriter,
  createArchiveWriter,
} from '../compression/index.ts';
import type { HashAlgorithm } from '../crypto/index.ts';
import { EncryptedFile, type Encryption } from './encrypted-file.ts';

/** How volumes are made. Sent to worker threads, so plain data. */
export interface VolumeSettings {
  readonly compression: ArchiveModule;
  readonly archive: ArchiveSettings;
  readonly encryption: Encryption;
  readonly fileHash: HashAlgorithm;
}

/** A finished volume in a temporary file: the bytes that go to the destination. */
export interface VolumeFile {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly hash: Uint8Array;
}

/**
 * Writes one volume: what goes into its archive lands in an encrypted file. Synchronous up to `finish`, so
 * that it can stand in a worker's inner loop.
 */
export class VolumeWriter {
  readonly archive: ArchiveWriter;
  readonly name: string;
  readonly #file: EncryptedFile;

  constructor(name: string, path: string, settings: VolumeSettings) {
    this.name = name;
    const file = new EncryptedFile(path, settings);
    this.#file = file;
    this.archive = createArchiveWriter(settings.compression, (bytes) => file.write(bytes), settings.archive);
  }

  /** Completes the volume. */
  async finish(): Promise<VolumeFile> {
    this.archive.finish();
    return { name: this.name, ...(await this.#file.finish()) };
  }

  /** Gives the volume up. */
  discard(): void {
    this.#file.discard();
  }
}
