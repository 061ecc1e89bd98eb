const COUNT = 0;

/** What other threads need to see the room. */
export interface VolumeRoomMemory {
  readonly count: SharedArrayBuffer;
  readonly limit: number;
}

/**
 * Room for so many finished volumes that are not uploaded yet, counted in shared memory. A worker waits for it
 * between two volumes: a large file could otherwise fill the disk with volumes while a slow line takes the
 * first.
 */
export class VolumeRoom {
  readonly memory: VolumeRoomMemory;
  readonly #count: Int32Array;

  constructor(memory: VolumeRoomMemory) {
    this.memory = memory;
    this.#count = new Int32Array(memory.count);
  }

  static create(limit: number): VolumeRoom {
    return new VolumeRoom({ count: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT), limit });
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
      if (count < this.memory.limit) return;
      await Atomics.waitAsync(this.#count, COUNT, count).value;
    }
  }
}
