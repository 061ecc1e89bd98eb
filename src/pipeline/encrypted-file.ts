import { closeSync, openSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { type ByteTransform, releaseMemory } from '../base/index.ts';
import { createAesCryptEncryptor, createHasher, type HashAlgorithm, type Hasher } from '../crypto/index.ts';
import { createGpg, type GpgSettings } from '../openpgp/index.ts';
import { readFully, writeFully } from './scratch-file.ts';
import { readingVolume } from './unreadable.ts';

/** How volumes are encrypted. */
export type Encryption =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'aes';
      readonly passphrase: string;
      readonly version: 2 | 3;
      readonly iterations: number | undefined;
      readonly header: 'full' | 'minimal';
    }
  | { readonly kind: 'gpg'; readonly settings: GpgSettings };

/** What becomes of the bytes on their way into a volume's file. */
export interface EncryptedFileSettings {
  readonly encryption: Encryption;
  readonly fileHash: HashAlgorithm;
}

/** A finished file: where it is, and what its bytes are. */
export interface FinishedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly hash: Uint8Array;
}

/**
 * Bytes are encrypted, hashed and written in pieces of at most this size: small writes are gathered, large ones
 * cut. Larger results of the cipher would be mapped and unmapped one by one.
 */
const PIECE_BYTES = 64 * 1024;

/** The file of a volume: bytes are encrypted and hashed on their way into it. */
export class EncryptedFile {
  readonly #path: string;
  readonly #settings: EncryptedFileSettings;
  readonly #file: number;
  readonly #encryptor: ByteTransform | undefined;
  readonly #hasher: Hasher;
  readonly #piece = Buffer.allocUnsafe(PIECE_BYTES);
  #pieceBytes = 0;
  #sizeBytes = 0;

  constructor(path: string, settings: EncryptedFileSettings) {
    this.#path = path;
    this.#settings = settings;
    this.#encryptor = createEncryptor(settings.encryption);
    this.#hasher = createHasher(settings.fileHash);
    this.#file = openSync(settings.encryption.kind === 'gpg' ? plainPath(path) : path, 'wx', 0o600);
  }

  write(bytes: Uint8Array): void {
    if (this.#pieceBytes + bytes.length > PIECE_BYTES) this.#flush();
    let rest = bytes;
    for (; rest.length >= PIECE_BYTES; rest = rest.subarray(PIECE_BYTES))
      this.#encrypt(rest.subarray(0, PIECE_BYTES));
    this.#piece.set(rest, this.#pieceBytes);
    this.#pieceBytes += rest.length;
  }

  /** Completes the file. */
  async finish(): Promise<FinishedFile> {
    this.#flush();
    if (this.#encryptor !== undefined) this.#put(this.#encryptor.final());
    closeSync(this.#file);
    const { encryption } = this.#settings;
    if (encryption.kind === 'gpg') return this.#encryptWithGpg(encryption.settings);
    return { path: this.#path, sizeBytes: this.#sizeBytes, hash: this.#hasher.digest() };
  }

  /** Gives the file up. */
  discard(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
    rmSync(plainPath(this.#path), { force: true });
  }

  #flush(): void {
    if (this.#pieceBytes === 0) return;
    this.#encrypt(this.#piece.subarray(0, this.#pieceBytes));
    this.#pieceBytes = 0;
  }

  #encrypt(bytes: Uint8Array): void {
    if (this.#encryptor === undefined) {
      this.#put(bytes);
      return;
    }
    const encrypted = this.#encryptor.update(bytes);
    this.#put(encrypted);
    releaseMemory(encrypted);
  }

  #put(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#hasher.update(bytes);
    writeFully(this.#file, bytes);
    this.#sizeBytes += bytes.length;
  }

  async #encryptWithGpg(settings: GpgSettings): Promise<FinishedFile> {
    const plain = plainPath(this.#path);
    await createGpg(settings).encryptFile(plain, this.#path, {});
    rmSync(plain);
    return { path: this.#path, ...hashFile(this.#path, this.#settings.fileHash) };
  }
}

function plainPath(path: string): string {
  return `${path}.plain`;
}

function createEncryptor(encryption: Encryption): ByteTransform | undefined {
  if (encryption.kind !== 'aes') return undefined;
  return createAesCryptEncryptor({
    passphrase: encryption.passphrase,
    version: encryption.version,
    minimalHeader: encryption.header === 'minimal',
    ...(encryption.iterations === undefined ? {} : { iterations: encryption.iterations }),
  });
}

/** Length and hash of a whole volume. Throws `volume-unreadable`. */
export function hashFile(path: string, algorithm: HashAlgorithm): { sizeBytes: number; hash: Buffer } {
  const file = openSync(path, 'r');
  try {
    const hasher = createHasher(algorithm);
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    let sizeBytes = 0;
    for (;;) {
      const taken = readingVolume(basename(path), () => readFully(file, buffer, PIECE_BYTES, sizeBytes));
      if (taken === 0) return { sizeBytes, hash: hasher.digest() };
      hasher.update(buffer.subarray(0, taken));
      sizeBytes += taken;
    }
  } finally {
    closeSync(file);
  }
}
