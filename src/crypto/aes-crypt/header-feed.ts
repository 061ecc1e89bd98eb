import type { AesCryptHeader, HeaderSteps } from './header-reader.ts';

/** Gives the steps of a header their bytes, however the bytes are cut. It holds no more than one step asks for. */
export class HeaderFeed {
  readonly #steps: HeaderSteps;
  #wanted = Buffer.alloc(0);
  #filledBytes = 0;
  #header: AesCryptHeader | undefined;

  constructor(steps: HeaderSteps) {
    this.#steps = steps;
    this.#accept(steps.next());
  }

  /** The header, once all of it was read. */
  get header(): AesCryptHeader | undefined {
    return this.#header;
  }

  /** Takes what belongs to the header and returns how many bytes that were. */
  take(bytes: Uint8Array): number {
    let takenBytes = 0;
    while (this.#header === undefined && takenBytes < bytes.length) {
      const piece = bytes.subarray(takenBytes, takenBytes + this.#wanted.length - this.#filledBytes);
      this.#wanted.set(piece, this.#filledBytes);
      this.#filledBytes += piece.length;
      takenBytes += piece.length;
      if (this.#filledBytes === this.#wanted.length) this.#accept(this.#steps.next(this.#wanted));
    }
    return takenBytes;
  }

  #accept(step: IteratorResult<number, AesCryptHeader>): void {
    this.#filledBytes = 0;
    if (step.done === true) this.#header = step.value;
    else this.#wanted = Buffer.alloc(step.value);
  }
}
