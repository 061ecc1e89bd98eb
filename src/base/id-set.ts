const FIRST_BYTES = 1024;

/** A set of positive integers that lie close together: one bit each. */
export class IdSet {
  #bits = new Uint8Array(FIRST_BYTES);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: number): boolean {
    return ((this.#bits[id >>> 3] ?? 0) & (1 << (id & 7))) !== 0;
  }

  add(id: number): void {
    if (this.has(id)) return;
    const at = id >>> 3;
    if (at >= this.#bits.length) this.#grow(at);
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (id & 7));
    this.#size++;
  }

  /** True when the id was in the set. */
  delete(id: number): boolean {
    if (!this.has(id)) return false;
    const at = id >>> 3;
    this.#bits[at] = (this.#bits[at] ?? 0) & ~(1 << (id & 7));
    this.#size--;
    return true;
  }

  #grow(at: number): void {
    const larger = new Uint8Array(2 ** Math.ceil(Math.log2(at + 1)));
    larger.set(this.#bits);
    this.#bits = larger;
  }
}
