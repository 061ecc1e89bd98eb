import type { Abilities, Ability } from '../abilities.ts';
import type { Destination, SignalOptions, UploadSource } from '../destination.ts';
import { passAbilities } from './pass-abilities.ts';
import type { RateLimit } from './rate-limit.ts';

/** Small enough that a slow limit gives an even stream, large enough that counting costs nothing. */
const PIECE_BYTES = 32 * 1024;

export interface TransferLimits {
  readonly upload: RateLimit;
  readonly download: RateLimit;
}

/** The abilities that move no file bytes. Reading in place or in ranges would go around the limit. */
const FREE_OF_CHARGE: readonly Ability[] = ['createFolder', 'freeSpace', 'rename', 'lock', 'lockedUntil'];

/** The same destination with its bytes held to the limits, which other destinations may share. */
export function throttleDestination(
  inner: Destination,
  limits: TransferLimits,
): Destination & Partial<Abilities> {
  return {
    ...passAbilities(inner, FREE_OF_CHARGE),
    list: (options) => inner.list(options),
    get: (name, options = {}) => slowDown(inner.get(name, options), limits.download, options),
    put: (name, source, options = {}) => inner.put(name, slowSource(source, limits.upload, options), options),
    delete: (name, options) => inner.delete(name, options),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

/** Without its path, by which a destination could take the bytes at any speed. */
function slowSource(source: UploadSource, limit: RateLimit, options: SignalOptions): UploadSource {
  return {
    sizeBytes: source.sizeBytes,
    ...(source.sha256 === undefined ? {} : { sha256: source.sha256 }),
    open: () => slowDown(source.open(), limit, options),
  };
}

async function* slowDown(
  pieces: AsyncIterable<Uint8Array>,
  limit: RateLimit,
  options: SignalOptions,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    for (let at = 0; at < piece.byteLength; at += PIECE_BYTES) {
      const part = piece.subarray(at, at + PIECE_BYTES);
      await limit.take(part.byteLength, options);
      yield part;
    }
  }
}
