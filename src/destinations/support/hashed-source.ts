import { createHash } from 'node:crypto';
import type { UploadSource } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';

/** Something that takes bytes and gives a checksum, such as a `Hash` of `node:crypto`. */
export interface Hasher {
  update(bytes: Uint8Array): unknown;
  digest(): Buffer;
}

export interface HashedSource {
  /** The same bytes, hashed while they are read. */
  readonly source: UploadSource;
  /** The checksum of what was read last, to be asked for once, when all of it was read. */
  digest(): Buffer;
}

/**
 * Hashes the bytes of a source on their way, by an algorithm of `node:crypto` or another, to compare them
 * with what the storage says it has.
 */
export function hashSource(source: UploadSource, algorithm: string | (() => Hasher)): HashedSource {
  const newHasher = typeof algorithm === 'string' ? () => createHash(algorithm) : algorithm;
  let hasher: Hasher = newHasher();
  const open = async function* (): AsyncGenerator<Uint8Array> {
    const current = newHasher();
    hasher = current;
    for await (const piece of source.open()) {
      current.update(piece);
      yield piece;
    }
  };
  return { source: { sizeBytes: source.sizeBytes, open }, digest: () => hasher.digest() };
}

/** What a storage says of a file that was just stored there; `undefined` where it says nothing. */
export interface StoredFacts {
  readonly sizeBytes?: number | undefined;
  readonly checksum?: string | undefined;
}

/** Throws `destination-corrupt` where what is stored is not what was sent. */
export function checkStored(name: string, stored: StoredFacts, sent: StoredFacts): void {
  for (const fact of ['sizeBytes', 'checksum'] as const) {
    if (stored[fact] === undefined || sent[fact] === undefined || stored[fact] === sent[fact]) continue;
    throw new DestinationError(
      'destination-corrupt',
      `'${name}' arrived damaged: its ${fact === 'checksum' ? 'checksum' : 'size'} at the storage is ${stored[fact]} instead of ${sent[fact]}.`,
      { details: { name, [fact]: stored[fact], expected: sent[fact] } },
    );
  }
}
