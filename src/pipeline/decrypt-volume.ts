import { closeSync, fstatSync, openSync, rmSync } from 'node:fs';
import {
  accessBytes,
  FormatError,
  type FormatErrorCode,
  type RandomAccess,
  type Scratch,
} from '../base/index.ts';
import { accessAesCrypt, createAesCryptDecryptor, PasswordError } from '../crypto/index.ts';
import { parseVolumeName } from '../format/index.ts';
import { createGpg } from '../openpgp/index.ts';
import { checkBytes, passThrough } from './checked-bytes.ts';
import { ReadOnceFile } from './read-once-file.ts';
import { accessFile, scratchFile } from './scratch-file.ts';
import { readingVolume } from './unreadable.ts';
import type { Keys, VolumeToRead } from './volume-to-read.ts';

/** Volumes up to this size are decrypted into memory, larger ones into a nameless temporary file. */
const MEMORY_BYTES = 16 * 1024 * 1024;

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
  const file = new ReadOnceFile(openSync(path, 'r'));
  if (after === 'unlink') rmSync(path);
  return { access: accessVolume(name, file), close: () => file[Symbol.dispose]() };
}

/** Random access to the open file of a volume. Throws `volume-unreadable`. */
function accessVolume(name: string, { descriptor }: ReadOnceFile): RandomAccess {
  const { sizeBytes, read } = accessFile(descriptor, fstatSync(descriptor).size);
  return { sizeBytes, read: (offset, length) => readingVolume(name, () => read(offset, length)) };
}

/** Checks what `volume.expected` says, and decrypts what is read. */
function decryptInPlace(volume: VolumeToRead, passphrase: string): PlainVolume {
  checkBytes(volume);
  const file = new ReadOnceFile(openSync(volume.path, 'r'));
  try {
    const access = accessAesCrypt(accessVolume(volume.name, file), { passphrase });
    return { access, close: () => file[Symbol.dispose]() };
  } catch (error) {
    file[Symbol.dispose]();
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

/** The error for a volume that is made in a way that this program does not know. */
export function unsupported(volumeName: string, what: string): FormatError {
  return new FormatError(
    'volume-unsupported',
    `The volume '${volumeName}' has the ${what}, which is not supported.`,
    { details: { volume: volumeName } },
  );
}
