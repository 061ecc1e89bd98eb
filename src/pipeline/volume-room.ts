const COUNT = 0;

/**
 * Room for finished volumes that are not uploaded yet, counted in shared memory. A worker waits for it between
 * two volumes: a large file could otherwise fill the disk with volumes while a slow line takes the first.
 */
export class VolumeRoom {
  readonly #count: Int32Array;
  readonly #limit: number;

  constructor(memory: SharedArrayBuffer, limit: number) {
    this.#count = new Int32Array(memory);
    this.#limit = limit;
  }

  static createMemory(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  }

  enter(): void {
    Atomics.add(this.#count, COUNT, 1);
  }

  leave(): void {
    Atomics.sub(this.#count, COUNT, 1);
    Atomics.notify(this.#count, COUNT);
  }

  /** Resolves when there is room for another volume. */
  async whenRoom(): Promise<void> {
    for (;;) {
      const count = Atomics.load(this.#count, COUNT);
      if (count < this.#limit) return;
      await Atomics.waitAsync(this.#count, COUNT, count).value;
    }
  }
}
