import type { UploadSource } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { wrongLength } from './wrong-length.ts';

/**
 * The parts of a file that is stored in several requests, each to be sent before the next one is taken. The
 * file is read once, so a part cannot be opened twice. Throws `destination-corrupt` when the file is longer
 * than announced; of a shorter one, the last part is too short.
 */
export class SourceParts implements AsyncIterable<UploadSource> {
  readonly #source: UploadSource;
  readonly #partBytes: number;
  /** What the last part left of a piece. */
  #rest: Uint8Array = new Uint8Array();

  constructor(source: UploadSource, partBytes: number) {
    this.#source = source;
    this.#partBytes = partBytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<UploadSource> {
    const { sizeBytes } = this.#source;
    const pieces = this.#source.open()[Symbol.asyncIterator]();
    try {
      for (let offset = 0; offset < sizeBytes; offset += this.#partBytes)
        yield this.#part(pieces, Math.min(this.#partBytes, sizeBytes - offset));
      if (this.#rest.byteLength > 0 || (await pieces.next()).done !== true)
        throw wrongLength(sizeBytes + 1, sizeBytes);
    } finally {
      // Not awaited: a source that hangs may never come to its end.
      pieces.return?.()?.catch(() => {});
    }
  }

  #part(pieces: AsyncIterator<Uint8Array>, sizeBytes: number): UploadSource {
    let isOpen = false;
    return {
      sizeBytes,
      open: () => {
        if (isOpen) {
          throw new DestinationError(
            'destination-unreachable',
            'The connection broke off between two parts of a file.',
          );
        }
        isOpen = true;
        return this.#take(pieces, sizeBytes);
      },
    };
  }

  async *#take(pieces: AsyncIterator<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array> {
    let left = sizeBytes;
    while (left > 0) {
      if (this.#rest.byteLength === 0) {
        const next = await pieces.next();
        if (next.done === true) return;
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.byteLength);
      left -= piece.byteLength;
      yield piece;
    }
  }
}
