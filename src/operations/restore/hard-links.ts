import type { FlaggedEntry, LinkedEntry, RestoreTable } from '../../pipeline/index.ts';

export interface JoinPlan {
  readonly entries: Uint32Array;
  readonly models: Uint32Array;
}

/** Restored files that had several names, and which of them are one file. */
export class HardLinks {
  readonly #names = new Map<string, number[]>();
  readonly #flagged: FlaggedEntry[] = [];

  add({ entry, hardlink, flags }: LinkedEntry): void {
    if (flags.length > 0) this.#flagged.push({ entry, flags });
    const names = this.#names.get(hardlink);
    if (names === undefined) this.#names.set(hardlink, [entry]);
    else names.push(entry);
  }

  /** Those that get flags once they have all their names. */
  get flagged(): readonly FlaggedEntry[] {
    return this.#flagged;
  }

  /**
   * Every further name with the first that has the same content; `references` are those of the contents.
   * Forgets them.
   */
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
