/** A list of 32-bit numbers that grows, four bytes each. */
export class Uint32List {
  #values: Uint32Array;
  #length = 0;

  /** Memory for so many numbers is only used up once they are there. */
  constructor(expectedLength: number) {
    this.#values = new Uint32Array(Math.max(16, expectedLength));
  }

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
