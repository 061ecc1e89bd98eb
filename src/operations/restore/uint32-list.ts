/** A list of 32-bit numbers that grows, four bytes each. */
export class Uint32List {
  #values = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** A view of what is in the list now. */
  view(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }
}
