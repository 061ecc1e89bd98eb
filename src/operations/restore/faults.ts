/** Entries that cannot be restored, with the first reason of each. */
export class Faults {
  readonly #reasons = new Map<number, string>();

  add(entry: number, reason: string): void {
    if (!this.#reasons.has(entry)) this.#reasons.set(entry, reason);
  }

  has(entry: number): boolean {
    return this.#reasons.has(entry);
  }

  /** In the order of entries. */
  all(): (readonly [entry: number, reason: string])[] {
    return [...this.#reasons].sort(([a], [b]) => a - b);
  }
}
