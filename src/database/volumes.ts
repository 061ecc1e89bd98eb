import { type Driver, integer, optionalBytes, optionalInteger, type SqlRow, text } from './driver.ts';
import type { BlockId, VolumeId } from './references.ts';

export type VolumeKind = 'dblock' | 'dindex' | 'dlist';

/**
 * Life of a remote file: `temporary` (known here only), `uploading` (committed before the upload starts),
 * `uploaded` (the upload returned), `verified` (seen in a later listing with its size, or downloaded),
 * `deleting` (decided, committed before the remote deletion), `deleted`.
 */
export type VolumeState = 'temporary' | 'uploading' | 'uploaded' | 'verified' | 'deleting' | 'deleted';

export interface VolumeRow {
  readonly id: VolumeId;
  readonly name: string;
  readonly kind: VolumeKind;
  readonly state: VolumeState;
  /** -1 while unknown. */
  readonly sizeBytes: number;
  readonly hash: Buffer | undefined;
  /** Whether the blocks of a dblock are rows of the block table. */
  readonly areBlocksKnown: boolean;
  readonly firstBlock: BlockId | undefined;
  readonly lastBlock: BlockId | undefined;
  readonly verifiedCount: number;
  /** Milliseconds since 1970 of the last time when its bytes were read back. */
  readonly verifiedAtMs: number | undefined;
  readonly deletedAtMs: number | undefined;
  /** Milliseconds since 1970 of the time when its bytes were found not to be what was stored. */
  readonly damagedAtMs: number | undefined;
  /** Whether it is damaged and its parity data were tried in vain. */
  readonly isBeyondRepair: boolean;
  /** Until when the storage refuses to delete it, as far as is known: milliseconds since 1970, 0 for no lock. */
  readonly lockedUntilMs: number | undefined;
}

export interface NewVolume {
  readonly name: string;
  readonly kind: VolumeKind;
  readonly state: VolumeState;
  readonly sizeBytes?: number;
  readonly hash?: Uint8Array;
}

/** The remote files of one backup. */
export class Volumes {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  add(volume: NewVolume): VolumeId {
    const { lastId } = this.#driver
      .prepare('INSERT INTO volume (name, kind, state, size_bytes, hash) VALUES (?, ?, ?, ?, ?)')
      .run(volume.name, volume.kind, volume.state, volume.sizeBytes ?? -1, volume.hash ?? null);
    return lastId as VolumeId;
  }

  all(): VolumeRow[] {
    return this.#driver.prepare('SELECT * FROM volume ORDER BY id').all().map(toVolume);
  }

  /** Volumes whose bytes lie at the destination. */
  stored(kind: VolumeKind): VolumeRow[] {
    return this.#driver
      .prepare("SELECT * FROM volume WHERE kind = ? AND state IN ('uploaded', 'verified') ORDER BY id")
      .all(kind)
      .map(toVolume);
  }

  get(id: VolumeId): VolumeRow {
    const row = this.#driver.prepare('SELECT * FROM volume WHERE id = ?').get(id);
    if (row === undefined) throw new Error(`volume ${id} is not in the database`);
    return toVolume(row);
  }

  find(name: string): VolumeRow | undefined {
    const row = this.#driver.prepare('SELECT * FROM volume WHERE name = ?').get(name);
    return row === undefined ? undefined : toVolume(row);
  }

  setState(id: VolumeId, state: VolumeState): void {
    this.#driver.prepare('UPDATE volume SET state = ? WHERE id = ?').run(state, id);
  }

  setDeleted(id: VolumeId, nowMs: number): void {
    this.#driver.prepare("UPDATE volume SET state = 'deleted', deleted_at = ? WHERE id = ?").run(nowMs, id);
  }

  setFile(id: VolumeId, file: { readonly sizeBytes: number; readonly hash: Uint8Array }): void {
    this.#driver
      .prepare('UPDATE volume SET size_bytes = ?, hash = ? WHERE id = ?')
      .run(file.sizeBytes, file.hash, id);
  }

  rename(id: VolumeId, name: string): void {
    this.#driver.prepare('UPDATE volume SET name = ? WHERE id = ?').run(name, id);
  }

  setBlocks(id: VolumeId, range: { readonly first: number; readonly last: number } | undefined): void {
    this.#driver
      .prepare('UPDATE volume SET blocks_known = 1, first_block = ?, last_block = ? WHERE id = ?')
      .run(range?.first ?? null, range?.last ?? null, id);
  }

  /** Books that no version looks for its blocks in this dblock any more. */
  forgetBlocks(id: VolumeId): void {
    this.#driver
      .prepare('UPDATE volume SET blocks_known = 0, first_block = NULL, last_block = NULL WHERE id = ?')
      .run(id);
  }

  /**
   * Books that the bytes of the volume were read back and found right. The first time counts for as many as
   * any volume has, so that tests that take those with the fewest come round to all, and do not stay with
   * what is new (operations reference 7).
   */
  setVerified(id: VolumeId, nowMs: number): void {
    this.#driver
      .prepare(
        "UPDATE volume SET verified_count = CASE verified_count WHEN 0 THEN MAX(1, (SELECT MAX(verified_count) FROM volume)) ELSE verified_count + 1 END, verified_at = ?, damaged_at = NULL, beyond_repair = 0, state = 'verified' WHERE id = ?",
      )
      .run(nowMs, id);
  }

  /** Books that the bytes of the volume are not what was stored. Whether it can be mended is open again. */
  setDamaged(id: VolumeId, nowMs: number): void {
    this.#driver.prepare('UPDATE volume SET damaged_at = ?, beyond_repair = 0 WHERE id = ?').run(nowMs, id);
  }

  /** Books that the volume is damaged, and how long it is at the destination. */
  setCut(id: VolumeId, sizeBytes: number, nowMs: number): void {
    this.#driver
      .prepare('UPDATE volume SET size_bytes = ?, damaged_at = ? WHERE id = ?')
      .run(sizeBytes, nowMs, id);
  }

  /** Books that parity data do not make the damaged volume whole. */
  setBeyondRepair(id: VolumeId): void {
    this.#driver.prepare('UPDATE volume SET beyond_repair = 1 WHERE id = ?').run(id);
  }

  /** Books that a stored volume is now another remote file with the same content. */
  setReplaced(id: VolumeId, name: string): void {
    this.#driver
      .prepare(
        "UPDATE volume SET name = ?, damaged_at = NULL, beyond_repair = 0, locked_until = NULL, state = 'uploaded' WHERE id = ?",
      )
      .run(name, id);
  }

  /** Books until when the storage refuses to delete the volume; 0: it does not. */
  setLocked(id: VolumeId, untilMs: number): void {
    this.#driver.prepare('UPDATE volume SET locked_until = ? WHERE id = ?').run(untilMs, id);
  }

  /** True where any volume is known to be locked, or to have been. */
  haveLocks(): boolean {
    return this.#driver.prepare('SELECT 1 FROM volume WHERE locked_until > 0 LIMIT 1').get() !== undefined;
  }

  /** Forgets the volume; a version whose list it was has none then. Its id may be given again. */
  remove(id: VolumeId): void {
    this.#driver.prepare('UPDATE fileset SET volume_id = NULL WHERE volume_id = ?').run(id);
    this.#driver.prepare('DELETE FROM index_link WHERE dblock_id = ? OR dindex_id = ?').run(id, id);
    this.#driver.prepare('DELETE FROM volume WHERE id = ?').run(id);
  }

  link(dindex: VolumeId, dblock: VolumeId): void {
    this.#driver
      .prepare('INSERT OR IGNORE INTO index_link (dblock_id, dindex_id) VALUES (?, ?)')
      .run(dblock, dindex);
  }

  /** The dindexes that describe a dblock. */
  indexesOf(dblock: VolumeId): VolumeId[] {
    return this.#driver
      .prepare('SELECT dindex_id FROM index_link WHERE dblock_id = ?')
      .all(dblock)
      .map((row) => integer(row, 'dindex_id') as VolumeId);
  }

  /** The dblocks that a dindex describes. */
  indexedBy(dindex: VolumeId): VolumeId[] {
    return this.#driver
      .prepare('SELECT dblock_id FROM index_link WHERE dindex_id = ? ORDER BY dblock_id')
      .all(dindex)
      .map((row) => integer(row, 'dblock_id') as VolumeId);
  }

  /** Stored dblocks that no stored dindex describes. */
  withoutIndex(): VolumeRow[] {
    return this.#driver
      .prepare(
        `SELECT * FROM volume WHERE kind = 'dblock' AND state IN ('uploaded', 'verified') AND NOT EXISTS (
           SELECT 1 FROM index_link JOIN volume AS dindex ON dindex.id = dindex_id
           WHERE dblock_id = volume.id AND dindex.state IN ('uploading', 'uploaded', 'verified')) ORDER BY id`,
      )
      .all()
      .map(toVolume);
  }
}

const STATES: readonly string[] = [
  'temporary',
  'uploading',
  'uploaded',
  'verified',
  'deleting',
  'deleted',
] satisfies VolumeState[];
const KINDS: readonly string[] = ['dblock', 'dindex', 'dlist'] satisfies VolumeKind[];

function toVolume(row: SqlRow): VolumeRow {
  const state = text(row, 'state');
  const kind = text(row, 'kind');
  if (!STATES.includes(state) || !KINDS.includes(kind))
    throw new TypeError(`volume of kind ${kind} in state ${state}`);
  return {
    id: integer(row, 'id') as VolumeId,
    name: text(row, 'name'),
    kind: kind as VolumeKind,
    state: state as VolumeState,
    sizeBytes: integer(row, 'size_bytes'),
    hash: optionalBytes(row, 'hash'),
    areBlocksKnown: integer(row, 'blocks_known') === 1,
    firstBlock: optionalInteger(row, 'first_block') as BlockId | undefined,
    lastBlock: optionalInteger(row, 'last_block') as BlockId | undefined,
    verifiedCount: integer(row, 'verified_count'),
    verifiedAtMs: optionalInteger(row, 'verified_at'),
    deletedAtMs: optionalInteger(row, 'deleted_at'),
    damagedAtMs: optionalInteger(row, 'damaged_at'),
    isBeyondRepair: integer(row, 'beyond_repair') === 1,
    lockedUntilMs: optionalInteger(row, 'locked_until'),
  };
}
