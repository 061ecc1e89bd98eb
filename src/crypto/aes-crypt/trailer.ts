import { timingSafeEqual } from 'node:crypto';
import { FormatError } from '../../base/index.ts';
import { type AesCryptHeader, wrongPassphrase } from './header-reader.ts';
import { type AesCryptVersion, aesCryptError, BLOCK_BYTES, HMAC_BYTES } from './layout.ts';

/** `strict` wants every byte of the fill to be as the format says; `any` looks only at its length. */
export type PaddingCheck = 'strict' | 'any';

/** How long what follows the content is. */
export function trailerBytes(version: AesCryptVersion): number {
  return version === 1 || version === 2 ? 1 + HMAC_BYTES : HMAC_BYTES;
}

/** Throws unless the trailer has the HMAC of the ciphertext. */
export function checkHmac(header: AesCryptHeader, digest: Buffer, trailer: Buffer): void {
  if (timingSafeEqual(digest, trailer.subarray(trailer.length - HMAC_BYTES))) return;
  // Version 0 has no other place where a wrong passphrase would show.
  if (header.version === 0) throw wrongPassphrase();
  throw aesCryptError(
    'volume-corrupt',
    'its content is damaged or cut short (the checksum at its end differs)',
  );
}

/** The last bytes of the plaintext, whole blocks or none, without the fill. */
export function stripFill(
  last: Buffer,
  header: AesCryptHeader,
  trailer: Buffer,
  padding: PaddingCheck,
): Buffer {
  const remainderBytes = header.version === 3 ? undefined : (header.remainderBytes ?? trailer.readUInt8(0));
  if (remainderBytes === 0) return last;
  if (last.length === 0) throw aesCryptError('volume-corrupt', 'the last block is missing');
  const count = last.readUInt8(last.length - 1);
  const fillBytes = remainderBytes === undefined ? count : BLOCK_BYTES - remainderBytes;
  if (fillBytes < 1 || fillBytes > BLOCK_BYTES) {
    throw aesCryptError('volume-corrupt', 'the length of the last block is impossible');
  }
  const fill = last.subarray(BLOCK_BYTES - fillBytes);
  // Programs that write versions 0 and 1 leave anything behind the content.
  const isStrict = padding === 'strict' && header.version >= 2;
  if (isStrict && fill.some((byte) => byte !== fillBytes)) {
    throw aesCryptError('volume-corrupt', 'the last block is not filled as it should be');
  }
  return last.subarray(0, BLOCK_BYTES - fillBytes);
}

/** The same, but with the fill where its length is impossible. */
export function stripFillIfPossible(last: Buffer, header: AesCryptHeader, trailer: Buffer): Buffer {
  try {
    return stripFill(last, header, trailer, 'any');
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return last;
  }
}
