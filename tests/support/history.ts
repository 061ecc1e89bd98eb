import assert from 'node:assert/strict';
import { treeRows } from './tree-rows.ts';

/** What a version was seen to hold; the time is that of its file list, in seconds since 1970. */
export interface SeenVersion {
  readonly timestamp: number;
  readonly rows: readonly string[];
}

interface Committed extends SeenVersion {
  readonly digest: string;
  /** A deletion that ended early may have taken it. */
  mayBeGone: boolean;
  /** What a purge that ended early may have left of it. */
  mayBe: readonly string[] | undefined;
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
    this.#committed.push({ timestamp, rows, digest: digestOf(rows), mayBeGone: false, mayBe: undefined });
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
    for (const version of this.#committed) version.mayBe = version.rows.filter(isKept);
  }

  /** A purge reported that all versions hold only the rows that are kept. */
  forgetRows(isKept: (row: string) => boolean): void {
    this.#committed = this.#committed.map((version) => {
      const rows = version.rows.filter(isKept);
      return { ...version, rows, digest: digestOf(rows), mayBe: undefined };
    });
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
   * Checks what the versions hold, given oldest first: all that were committed, in their order and exactly; whatever else is there, left by runs that ended early, holds nothing that never was in the source.
   * Remembers the times that the versions have now, which mending may have moved.
   */
  assertMatches(versions: readonly SeenVersion[], label: string): void {
    const open = [...this.#committed];
    const met: Committed[] = [];
    for (const { timestamp, rows } of versions) {
      const digest = digestOf(rows);
      const at = open.findIndex(
        (expected) =>
          expected.digest === digest || (expected.mayBe !== undefined && digestOf(expected.mayBe) === digest),
      );
      const isNext = at >= 0 && open.slice(0, at).every((skipped) => skipped.mayBeGone);
      if (isNext) {
        const [matched] = open.splice(0, at + 1).slice(-1);
        if (matched !== undefined) met.push({ ...matched, rows, digest, timestamp });
        continue;
      }
      // A version that was ended early may lack the source folder itself; the target then has the time of the restore.
      const alien = rows.find((row) => !row.endsWith(' .') && !this.#known.has(row));
      assert.equal(
        alien,
        undefined,
        `${label}: the version of ${timestamp} holds what never was in the source`,
      );
    }
    const lost = open.filter(({ mayBeGone }) => !mayBeGone).map(({ timestamp }) => timestamp);
    assert.deepEqual(lost, [], `${label}: committed versions are not there as they were committed`);
    this.#committed = met;
  }
}

function digestOf(rows: readonly string[]): string {
  return rows.join('\n');
}
