import { closeSync, fstatSync, openSync, rmSync } from 'node:fs';
import {
  accessBytes,
  type ByteTransform,
  FormatError,
  type FormatErrorCode,
  type RandomAccess,
  releaseMemory,
  type Scratch,
} from '../base/index.ts';
import {
  type ArchiveModule,
  type ArchiveReader,
  isArchiveModule,
  openArchive,
} from '../compression/index.ts';
import {
  accessAesCrypt,
  createAesCryptDecryptor,
  createHasher,
  type HashAlgorithm,
  PasswordError,
} from '../crypto/index.ts';
import {
  checkManifest,
  type FormatSettings,
  MANIFEST_ENTRY,
  type Manifest,
  parseManifest,
  parseVolumeName,
} from '../format/index.ts';
import { createGpg, type GpgSettings } from '../openpgp/index.ts';
import type { Encryption } from './encrypted-file.ts';
import { accessFile, readFully, scratchFile } from './scratch-file.ts';
import { readingVolume } from './unreadable.ts';

/** What opens encrypted volumes. Plain data: it goes to worker threads. */
export interface Keys {
  readonly passphrase: string | undefined;
  /**
   * Tried where `passphrase` does not open a volume: while a change of the passphrase is under way, some
   * volumes have this one.
   */
  readonly furtherPassphrase?: string | undefined;
  readonly gpg: Omit<GpgSettings, 'passphrase'>;
}

/** What opens the volumes that were written with the given encryption. */
export function keysOf(encryption: Encryption): Keys {
  if (encryption.kind === 'none') return { passphrase: undefined, gpg: {} };
  if (encryption.kind === 'aes') return { passphrase: encryption.passphrase, gpg: {} };
  const { passphrase, ...gpg } = encryption.settings;
  return { passphrase, gpg };
}

/** A volume in a local file that is to be read. */
export interface VolumeToRead {
  readonly name: string;
  readonly path: string;
  /** What the remote bytes must be, where it is known. */
  readonly expected?: {
    readonly sizeBytes: number;
    readonly hash: Uint8Array;
    readonly fileHash: HashAlgorithm;
  };
  /** `undefined`: the manifest is read and taken as it is; `'ignore'`: the manifest is not read. */
  readonly format?: FormatSettings | 'ignore';
  /**
   * `accept`: gets out of a damaged volume what is left in it. Nothing of that is authenticated: whoever
   * reads it must check each block against its hash. Default: damage is refused.
   */
  readonly damage?: 'accept';
  /**
   * `in-place`: an encrypted volume is authenticated and then decrypted where it is read, so that no copy of
   * it takes space. Whoever reads it must check each block against its hash, since the file may have changed
   * meanwhile. Default: only what was authenticated is read.
   */
  readonly reading?: 'in-place';
}

export interface OpenVolume extends Disposable {
  readonly archive: ArchiveReader;
  /** `undefined` only where the manifest was not to be read. */
  readonly manifest: Manifest | undefined;
}

const PIECE_BYTES = 64 * 1024;
/** Volumes up to this size are decrypted into memory, larger ones into a nameless temporary file. */
const MEMORY_BYTES = 16 * 1024 * 1024;
const MANIFEST_MAX_BYTES = 64 * 1024;

/**
 * Opens a volume: checks length and hash of its remote bytes, decrypts it as the ending of its name says, and
 * reads its directory. Everything that is handed out was authenticated before, unless damage was accepted.
 * `newPath` gives paths for temporary files.
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

/** The decrypted bytes of a volume; their temporary place goes when it is closed. */
export interface PlainVolume {
  readonly access: RandomAccess;
  close(): void;
}

/**
 * Decrypts a volume as the ending of its name says, with whichever of the passphrases opens it, and checks it
 * as `openVolume` does.
 */
export async function decryptVolume(
  volume: VolumeToRead,
  keys: Keys,
  newPath: (label: string) => string,
): Promise<PlainVolume> {
  const encryption = parseVolumeName(volume.name)?.encryption;
  const { furtherPassphrase } = keys;
  try {
    return await openPlain(volume, { encryption, keys, newPath });
  } catch (error) {
    const isOtherPassphrase = error instanceof PasswordError && error.code === 'wrong-passphrase';
    if (!isOtherPassphrase || furtherPassphrase === undefined) throw error;
    return openPlain(volume, { encryption, keys: { ...keys, passphrase: furtherPassphrase }, newPath });
  }
}

interface Opening {
  readonly encryption: string | undefined;
  readonly keys: Keys;
  readonly newPath: (label: string) => string;
}

async function openPlain(volume: VolumeToRead, opening: Opening): Promise<PlainVolume> {
  const { encryption, keys, newPath } = opening;
  if (encryption === undefined) {
    checkBytes(volume);
    return openWhole(volume.name, volume.path, 'keep');
  }
  if (keys.passphrase === undefined) throw missingPassphrase(volume.name);
  if (encryption === 'aes') {
    const isInPlace = volume.reading === 'in-place' && volume.damage === undefined;
    return isInPlace ? decryptInPlace(volume, keys.passphrase) : decryptAes(volume, keys.passphrase, newPath);
  }
  if (encryption !== 'gpg') throw unsupported(volume.name, `encryption '${encryption}'`);
  checkBytes(volume);
  const path = newPath('decrypted');
  await createGpg({ ...keys.gpg, passphrase: keys.passphrase }).decryptFile(volume.path, path, {});
  return openWhole(volume.name, path, 'unlink');
}

function openWhole(name: string, path: string, after: 'keep' | 'unlink'): PlainVolume {
  const file = openSync(path, 'r');
  if (after === 'unlink') rmSync(path);
  const access = accessFile(file, fstatSync(file).size);
  const read = (offset: number, length: number) => readingVolume(name, () => access.read(offset, length));
  return { access: { sizeBytes: access.sizeBytes, read }, close: () => closeSync(file) };
}

/** Checks in a pass over the file, and decrypts what is read. */
function decryptInPlace(volume: VolumeToRead, passphrase: string): PlainVolume {
  checkBytes(volume);
  const file = openSync(volume.path, 'r');
  try {
    const access = accessAesCrypt(accessFile(file, fstatSync(file).size), { passphrase });
    return { access, close: () => closeSync(file) };
  } catch (error) {
    closeSync(file);
    throw nameVolume(error, volume.name);
  }
}

/** Decrypts and checks in one pass over the file. */
function decryptAes(
  volume: VolumeToRead,
  passphrase: string,
  newPath: (label: string) => string,
): PlainVolume {
  const integrity = volume.damage === 'accept' ? 'ignore' : 'check';
  const decryptor = createAesCryptDecryptor({ passphrase, integrity });
  const file = openSync(volume.path, 'r');
  let scratch: Scratch | undefined;
  try {
    const { size } = fstatSync(file);
    if (size <= MEMORY_BYTES) {
      const whole = takeBuffer(size);
      let length = 0;
      passThrough(file, volume, decryptor, (plain) => {
        whole.set(plain, length);
        length += plain.length;
      });
      return { access: accessBytes(whole.subarray(0, length)), close: () => giveBack(whole) };
    }
    const disk = scratchFile(newPath('decrypted'));
    scratch = disk;
    passThrough(file, volume, decryptor, (plain) => disk.write(plain));
    return { access: disk.access(), close: () => disk[Symbol.dispose]() };
  } catch (error) {
    scratch?.[Symbol.dispose]();
    throw nameVolume(error, volume.name);
  } finally {
    closeSync(file);
  }
}

/**
 * The memory of the last volume that this thread closed: fresh memory for each would cost as much as the
 * decryption.
 */
let spare: Buffer | undefined;

function takeBuffer(sizeBytes: number): Buffer {
  const taken = spare;
  spare = undefined;
  return taken !== undefined && taken.length >= sizeBytes ? taken : Buffer.allocUnsafeSlow(sizeBytes);
}

function giveBack(buffer: Buffer): void {
  if (spare === undefined || spare.length < buffer.length) spare = buffer;
}

/** The decryption does not know what it decrypts; the message must say it. */
function nameVolume(error: unknown, name: string): unknown {
  if (!(error instanceof FormatError) || error.message.includes(name)) return error;
  return new FormatError(error.code as FormatErrorCode, `Cannot read volume '${name}': ${error.message}`, {
    details: { ...error.details, volume: name },
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/** Checks the remote bytes of a volume against what is known of them, where nothing else reads them all. */
function checkBytes(volume: VolumeToRead): void {
  if (volume.expected === undefined) return;
  const file = openSync(volume.path, 'r');
  try {
    passThrough(file, volume, undefined, () => {});
  } finally {
    closeSync(file);
  }
}

function passThrough(
  file: number,
  volume: VolumeToRead,
  transform: ByteTransform | undefined,
  sink: (plain: Uint8Array) => void,
): void {
  const hasher = volume.expected === undefined ? undefined : createHasher(volume.expected.fileHash);
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  let sizeBytes = 0;
  let failure: unknown;
  for (;;) {
    const taken = readingVolume(volume.name, () => readFully(file, buffer, PIECE_BYTES, sizeBytes));
    if (taken === 0) break;
    const piece = buffer.subarray(0, taken);
    hasher?.update(piece);
    sizeBytes += taken;
    if (failure !== undefined) continue;
    try {
      if (transform !== undefined) pass(transform.update(piece), sink);
    } catch (error) {
      failure = error;
    }
  }
  // A wrong length or hash says more than what the decryption makes of wrong bytes.
  checkExpected(volume, sizeBytes, hasher?.digest());
  if (failure !== undefined) throw failure;
  if (transform !== undefined) sink(transform.final());
}

function pass(plain: Uint8Array, sink: (plain: Uint8Array) => void): void {
  sink(plain);
  releaseMemory(plain);
}

function checkExpected(volume: VolumeToRead, sizeBytes: number, hash: Buffer | undefined): void {
  const { expected, name } = volume;
  if (expected === undefined || hash === undefined) return;
  if (expected.sizeBytes >= 0 && expected.sizeBytes !== sizeBytes) {
    throw new FormatError(
      sizeBytes < expected.sizeBytes ? 'volume-truncated' : 'volume-corrupt',
      `The volume '${name}' has ${sizeBytes} bytes instead of ${expected.sizeBytes}.`,
      {
        details: { volume: name, sizeBytes, expectedBytes: expected.sizeBytes },
        retryable: true,
      },
    );
  }
  if (!hash.equals(expected.hash)) {
    throw new FormatError(
      'volume-corrupt',
      `The volume '${name}' is not what was stored: its hash differs.`,
      { details: { volume: name }, retryable: true },
    );
  }
}

function missingPassphrase(volumeName: string): FormatError {
  return new FormatError(
    'volume-unsupported',
    `The volume '${volumeName}' is encrypted and no passphrase was given.`,
    {
      details: { volume: volumeName },
      hint: 'Give the passphrase with --passphrase, in the environment variable PASSPHRASE, or at the prompt.',
    },
  );
}

function unsupported(volumeName: string, what: string): FormatError {
  return new FormatError(
    'volume-unsupported',
    `The volume '${volumeName}' has the ${what}, which is not supported.`,
    { details: { volume: volumeName } },
  );
}
