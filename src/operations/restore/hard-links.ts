import type { RestoreTable } from '../../pipeline/index.ts';

export interface JoinPlan {
  readonly entries: Uint32Array;
  readonly models: Uint32Array;
}

/** Restored files that had several names, and which of them are one file. */
export class HardLinks {
  readonly #names = new Map<string, number[]>();

  add(entry: number, hardlink: string): void {
    const names = this.#names.get(hardlink);
    if (names === undefined) this.#names.set(hardlink, [entry]);
    else names.push(entry);
  }

  /** Every further name with the first that has the same content; `references` are those of the contents. Forgets them. */
  take(table: RestoreTable, references: Int32Array): JoinPlan {
    const entries: number[] = [];
    const models: number[] = [];
    for (const [model, ...others] of this.#names.values()) {
      for (const entry of others) {
        if (model === undefined || !hasSameContent(table, references, [model, entry])) continue;
        entries.push(entry);
        models.push(model);
      }
    }
    this.#names.clear();
    return { entries: Uint32Array.from(entries), models: Uint32Array.from(models) };
  }
}

function hasSameContent(
  table: RestoreTable,
  references: Int32Array,
  [a, b]: readonly [number, number],
): boolean {
  if (references[a] === references[b]) return true;
  const hash = table.hash(a);
  return hash !== undefined && table.hash(b)?.equals(hash) === true;
}
