import { createDecipheriv, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { counted } from '../../base/index.ts';
import { PasswordError } from '../password-error.ts';
import { deriveChainedKey, deriveIteratedKey, isIterationCount } from './key-derivation.ts';
import {
  type AesCryptVersion,
  aesCryptError,
  BLOCK_BYTES,
  CIPHER,
  type ContentKey,
  HMAC_BYTES,
  IV_BYTES,
  MAGIC,
  SEALED_BYTES,
  START_BYTES,
} from './layout.ts';

/** What a header says about the content behind it. */
export interface AesCryptHeader {
  readonly version: AesCryptVersion;
  readonly content: ContentKey;
  /** The length of the content modulo 16; version 0 has it in the header, others behind the content. */
  readonly remainderBytes: number | undefined;
}

/** The steps of reading a header: each asks for a number of bytes and goes on when it is given exactly these. */
export type HeaderSteps = Generator<number, AesCryptHeader, Buffer>;

/**
 * Reads a header of any version. Throws a `FormatError`, or a `PasswordError` where the passphrase does not
 * open the content key.
 */
export function* readHeader(passphrase: string): HeaderSteps {
  const start = yield START_BYTES;
  const version = parseVersion(start);
  const reserved = start.readUInt8(4);
  if (version === 0) return yield* readHeaderWithoutContentKey(passphrase, reserved);
  if (reserved !== 0) throw aesCryptError('volume-corrupt', `the reserved byte of the header is ${reserved}`);
  if (version >= 2) yield* skipExtensions();
  const iterations = version === 3 ? (yield 4).readUInt32BE() : undefined;
  const publicIv = yield IV_BYTES;
  if (iterations !== undefined && !isIterationCount(iterations)) {
    throw aesCryptError('volume-corrupt', `the header asks for ${iterations} key iterations`);
  }
  const key =
    iterations === undefined
      ? deriveChainedKey(passphrase, publicIv)
      : deriveIteratedKey(passphrase, publicIv, iterations);
  const sealed = yield SEALED_BYTES + HMAC_BYTES;
  return { version, content: openContentKey(key, publicIv, sealed, version), remainderBytes: undefined };
}

function parseVersion(start: Buffer): AesCryptVersion {
  if (!start.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw aesCryptError('volume-corrupt', 'it does not begin as an AES Crypt file does');
  }
  const version = start.readUInt8(3);
  if (version === 0 || version === 1 || version === 2 || version === 3) return version;
  throw aesCryptError('volume-unsupported', `AES Crypt version ${version} is not known`);
}

/** Version 0 encrypts the content under the key of the passphrase itself. */
function* readHeaderWithoutContentKey(passphrase: string, remainderBytes: number): HeaderSteps {
  if (remainderBytes >= BLOCK_BYTES) {
    throw aesCryptError('volume-corrupt', `its last block cannot hold ${counted(remainderBytes, 'byte')}`);
  }
  const iv = yield IV_BYTES;
  return {
    version: 0,
    content: { iv, key: createSecretKey(deriveChainedKey(passphrase, iv)) },
    remainderBytes,
  };
}

function* skipExtensions(): Generator<number, void, Buffer> {
  for (;;) {
    const length = (yield 2).readUInt16BE();
    if (length === 0) return;
    const record = yield length;
    if (!record.includes(0)) {
      throw aesCryptError('volume-corrupt', 'an extension of the header has no end of its name');
    }
  }
}

function openContentKey(
  key: Buffer,
  publicIv: Buffer,
  sealedWithHmac: Buffer,
  version: AesCryptVersion,
): ContentKey {
  const sealed = sealedWithHmac.subarray(0, SEALED_BYTES);
  const hmac = createHmac('sha256', key).update(sealed);
  if (version === 3) hmac.update(Uint8Array.of(version));
  if (!timingSafeEqual(hmac.digest(), sealedWithHmac.subarray(SEALED_BYTES))) throw wrongPassphrase();
  const decipher = createDecipheriv(CIPHER, key, publicIv).setAutoPadding(false);
  const opened = Buffer.concat([decipher.update(sealed), decipher.final()]);
  return { iv: opened.subarray(0, IV_BYTES), key: createSecretKey(opened.subarray(IV_BYTES)) };
}

export function wrongPassphrase(): PasswordError {
  return new PasswordError(
    'wrong-passphrase',
    'Cannot decrypt: the passphrase is wrong, or the header of the file is damaged.',
    { hint: 'Check the passphrase, upper and lower case and the keyboard layout included.' },
  );
}
