/** Room for a few of the longest messages that are asked for, so that one call of the system may bring several. */
const USUAL_BYTES = 512 * 1024;
const LENGTH_BYTES = 4;

/**
 * Cuts what comes over a line into messages, each of which stands behind its length. The line fills one piece
 * of memory, over and over: a message is gone once the next one is taken.
 */
export class MessageReader {
  #memory = Buffer.allocUnsafeSlow(USUAL_BYTES);
  #filled = 0;

  /** Where the next bytes belong. */
  get room(): Buffer {
    return this.#memory.subarray(this.#filled);
  }

  /** The messages that are whole with `count` more bytes in the room. */
  *take(count: number): Generator<Buffer> {
    this.#filled += count;
    let at = 0;
    for (;;) {
      const end = this.#endOfMessage(at);
      if (end === undefined || end > this.#filled) break;
      yield this.#memory.subarray(at + LENGTH_BYTES, end);
      at = end;
    }
    this.#moveToFront(at);
  }

  /** `undefined` while not even the length is there. Its first byte is always zero. */
  #endOfMessage(at: number): number | undefined {
    if (at + LENGTH_BYTES > this.#filled) return undefined;
    return at + LENGTH_BYTES + (this.#memory.readUInt32BE(at) & 0xff_ffff);
  }

  /** The messages that are whole with `bytes`, which came by another way. */
  *copy(bytes: Buffer): Generator<Buffer> {
    for (let at = 0; at < bytes.length; ) {
      const count = bytes.copy(this.room, 0, at);
      at += count;
      yield* this.take(count);
    }
  }

  /** What is left begins a message, for all of which there has to be room. */
  #moveToFront(at: number): void {
    const neededBytes = (this.#endOfMessage(at) ?? at) - at;
    const source = this.#memory;
    if (neededBytes > source.length) this.#memory = Buffer.allocUnsafeSlow(neededBytes);
    if (at > 0 || source !== this.#memory) source.copy(this.#memory, 0, at, this.#filled);
    this.#filled -= at;
  }
}
