import { createHash, hash } from 'node:crypto';
import { profile } from '../base/index.ts';

/** The hash algorithms of the storage format, by the names that stand in options and manifests. */
export const HASH_ALGORITHMS = ['MD5', 'SHA1', 'SHA256', 'SHA384', 'SHA512'] as const;
export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];

/** A hash that grows with the bytes given to it. `digest` may be called once, after which the object is spent. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

const PROPERTIES = {
  MD5: { openSslName: 'md5', sizeBytes: 16 },
  SHA1: { openSslName: 'sha1', sizeBytes: 20 },
  SHA256: { openSslName: 'sha256', sizeBytes: 32 },
  SHA384: { openSslName: 'sha384', sizeBytes: 48 },
  SHA512: { openSslName: 'sha512', sizeBytes: 64 },
} as const satisfies Record<HashAlgorithm, { openSslName: string; sizeBytes: number }>;

/** The algorithm of that name in any case, or `undefined` where the format knows none. */
export function parseHashAlgorithm(text: string): HashAlgorithm | undefined {
  const name = text.toUpperCase();
  return HASH_ALGORITHMS.find((algorithm) => algorithm === name);
}

/** How long a hash of the algorithm is. */
export function hashSizeBytes(algorithm: HashAlgorithm): number {
  return PROPERTIES[algorithm].sizeBytes;
}

/** The hash of bytes that are all at hand. */
export function hashBytes(algorithm: HashAlgorithm, bytes: Uint8Array): Buffer {
  const before = profile.enter('hash');
  const result = hash(PROPERTIES[algorithm].openSslName, bytes, 'buffer');
  profile.enter(before);
  return result;
}

/** A hash of bytes that come one piece after another. */
export function createHasher(algorithm: HashAlgorithm): Hasher {
  const hasher = createHash(PROPERTIES[algorithm].openSslName);
  return {
    update(bytes) {
      const before = profile.enter('hash');
      hasher.update(bytes);
      profile.enter(before);
    },
    digest: () => hasher.digest(),
  };
}
