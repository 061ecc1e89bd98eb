import assert from 'node:assert/strict';
import { treeRows } from './tree-rows.ts';

/** What a version was seen to hold; the time is that of its file list, in seconds since 1970. */
export interface SeenVersion {
  readonly timestamp: number;
  readonly rows: readonly string[];
}

interface Committed extends SeenVersion {
  /** A deletion that ended early may have taken it. */
  mayBeGone: boolean;
  /** What purges that ended early may have left of it. */
  mayBe: readonly (readonly string[])[];
}

/** The model of a backup: a copy of what the source was at each version that was reported as stored. */
export class History {
  readonly #known = new Set<string>();
  #committed: Committed[] = [];

  /** The source is about to be backed up as it is; whatever becomes of the run, versions may hold parts of this. */
  see(source: string): readonly string[] {
    const rows = treeRows(source);
    for (const row of rows) this.#known.add(row);
    return rows;
  }

  /** A backup reported a version of exactly these rows. */
  commit(timestamp: number, rows: readonly string[]): void {
    this.#committed.push({ timestamp, rows, mayBeGone: false, mayBe: [] });
  }

  /** A deletion reported that the versions of these times are gone. */
  forget(timestamps: ReadonlySet<number>): void {
    this.#committed = this.#committed.filter(({ timestamp }) => !timestamps.has(timestamp));
  }

  /** Deletion of the versions of these times began and ended early. */
  doubt(timestamps: ReadonlySet<number>): void {
    for (const version of this.#committed) version.mayBeGone ||= timestamps.has(version.timestamp);
  }

  /** A purge of the rows that are not kept began; it may have ended early. */
  doubtRows(isKept: (row: string) => boolean): void {
    for (const version of this.#committed) {
      const before = [version.rows, ...version.mayBe];
      version.mayBe = [...version.mayBe, ...before.map((rows) => rows.filter(isKept))];
    }
  }

  /** A purge reported that all versions hold only the rows that are kept. */
  forgetRows(isKept: (row: string) => boolean): void {
    this.#committed = this.#committed.map((version) => ({
      ...version,
      rows: version.rows.filter(isKept),
      mayBe: version.mayBe.map((rows) => rows.filter(isKept)),
    }));
  }

  /** Another model that says the same and goes its own way. */
  copy(): History {
    const copy = new History();
    for (const row of this.#known) copy.#known.add(row);
    copy.#committed = this.#committed.map((version) => ({ ...version }));
    return copy;
  }

  get committedCount(): number {
    return this.#committed.length;
  }

  /**
   * Checks what the versions hold, given oldest first: all that were committed, in their order and exactly;
   * whatever else is there, left by runs that ended early, holds nothing that never was in the source.
   * Remembers the times that the versions have now, which mending may have moved.
   */
  assertMatches(versions: readonly SeenVersion[], label: string): void {
    const pairs = this.#align(versions);
    if (pairs === undefined) {
      const expected = this.#committed.map(({ timestamp, mayBeGone }) =>
        mayBeGone ? -timestamp : timestamp,
      );
      const seen = versions.map(({ timestamp }) => timestamp);
      assert.fail(
        `${label}: committed versions are not there as they were committed: ${expected}; seen: ${seen}`,
      );
    }
    const matched = new Set(pairs.map(({ version }) => version));
    for (const version of versions) if (!matched.has(version)) this.#assertKnown(version, label);
    this.#committed = pairs.map(({ version: { timestamp, rows } }) => ({
      timestamp,
      rows,
      mayBeGone: false,
      mayBe: [],
    }));
  }

  /** Which seen version is which committed one: in their order, and none left out that must be there. */
  #align(versions: readonly SeenVersion[]): Pair[] | undefined {
    const digests = versions.map(({ rows }) => digestOf(rows));
    const possible = this.#committed.map(({ rows, mayBe }) => new Set([rows, ...mayBe].map(digestOf)));
    const hopeless = new Set<string>();
    const search = (at: number, open: number): Pair[] | undefined => {
      const [version, committed] = [versions[at], this.#committed[open]];
      if (committed === undefined) return [];
      if (hopeless.has(`${at} ${open}`)) return undefined;
      const fits = version !== undefined && possible[open]?.has(digests[at] ?? '');
      const rest = fits ? search(at + 1, open + 1) : undefined;
      const found =
        (rest !== undefined && version !== undefined ? [{ version, committed }, ...rest] : undefined) ??
        (committed.mayBeGone ? search(at, open + 1) : undefined) ??
        (version === undefined ? undefined : search(at + 1, open));
      if (found === undefined) hopeless.add(`${at} ${open}`);
      return found;
    };
    return search(0, 0);
  }

  /** A version that was ended early may lack the source folder itself; the target then has the time of the restore. */
  #assertKnown({ timestamp, rows }: SeenVersion, label: string): void {
    const alien = rows.find((row) => !row.endsWith(' .') && !this.#known.has(row));
    assert.equal(
      alien,
      undefined,
      `${label}: the version of ${timestamp} holds what never was in the source`,
    );
  }
}

interface Pair {
  readonly version: SeenVersion;
  readonly committed: SeenVersion;
}

function digestOf(rows: readonly string[]): string {
  return rows.join('\n');
}
