import { asBuffer } from '../../base/index.ts';
import type { LocalDatabase, VolumeId } from '../../database/index.ts';
import { parseVolumeName, type VolumeProof } from '../../format/index.ts';
import type { ListedVolume } from '../opened-backup/opened-backup.ts';
import type { BlockRange } from './known-blocks.ts';

/** A dblock at the destination, with what was booked of it so far. */
export interface Dblock {
  readonly file: ListedVolume;
  id: VolumeId | undefined;
  range: BlockRange | undefined;
  /** Whether its blocks are known, from a dindex or from itself. */
  isDescribed: boolean;
  isRead: boolean;
}

/** What a dindex means by the name of a dblock. */
export type DblockMatch =
  | { readonly kind: 'present'; readonly dblock: Dblock; readonly isRenamed: boolean }
  | { readonly kind: 'missing' };

/** The dblocks of the backup: those that lie at the destination, and those that should. */
export class Dblocks {
  readonly #database: LocalDatabase;
  readonly #byName = new Map<string, Dblock>();
  readonly #byGuid = new Map<string, Dblock>();
  readonly #byId = new Map<VolumeId, Dblock>();
  /** Rows of dblocks that are not at the destination. */
  readonly #missing = new Map<string, VolumeId>();
  /** Names of dblocks that are not as they were stored. */
  readonly #damaged = new Set<string>();

  constructor(database: LocalDatabase, files: readonly ListedVolume[]) {
    this.#database = database;
    for (const file of files) {
      const dblock: Dblock = {
        file,
        id: undefined,
        range: undefined,
        isDescribed: false,
        isRead: false,
      };
      this.#byName.set(file.name, dblock);
      if (file.parsed.guid !== undefined) this.#byGuid.set(file.parsed.guid.toLowerCase(), dblock);
    }
  }

  all(): Dblock[] {
    return [...this.#byName.values()];
  }

  ofVolume(id: VolumeId): Dblock | undefined {
    return this.#byId.get(id);
  }

  /** Names of all dblocks that are not there, or not as they were stored. */
  lost(): string[] {
    return [...this.#missing.keys(), ...this.#damaged];
  }

  /** The dblock of a name; one with other endings is the same volume, compressed or encrypted anew by somebody. */
  match(name: string): DblockMatch {
    const exact = this.#byName.get(name);
    if (exact !== undefined) return { kind: 'present', dblock: exact, isRenamed: false };
    const guid = parseVolumeName(name)?.guid?.toLowerCase();
    const renamed = guid === undefined ? undefined : this.#byGuid.get(guid);
    return renamed === undefined
      ? { kind: 'missing' }
      : { kind: 'present', dblock: renamed, isRenamed: true };
  }

  /** The row of a dblock; made at the first call. */
  register(dblock: Dblock): VolumeId {
    if (dblock.id !== undefined) return dblock.id;
    const { name, sizeBytes } = dblock.file;
    const id = this.#database.volumes.add({ name, kind: 'dblock', state: 'uploaded', sizeBytes });
    dblock.id = id;
    this.#byId.set(id, dblock);
    return id;
  }

  /** The row of a dblock that is not there. */
  registerMissing(name: string, proof: VolumeProof | undefined): VolumeId {
    const known = this.#missing.get(name);
    if (known !== undefined) return known;
    const id = this.#database.volumes.add({ name, kind: 'dblock', state: 'temporary', ...proof });
    this.#missing.set(name, id);
    return id;
  }

  markDamaged(dblock: Dblock): void {
    this.#damaged.add(dblock.file.name);
  }

  /** Books what the bytes of a dblock are, by its dindex or by itself. */
  prove(dblock: Dblock, proof: VolumeProof): void {
    const id = this.register(dblock);
    this.#database.volumes.setFile(id, { sizeBytes: proof.sizeBytes, hash: asBuffer(proof.hash) });
    this.#database.volumes.setState(id, 'verified');
  }

  /** Books which blocks a dblock holds, beside those known before. */
  describe(dblock: Dblock, added: BlockRange | undefined): void {
    const id = this.register(dblock);
    dblock.isDescribed = true;
    dblock.range = joinRanges(dblock.range, added);
    this.#database.volumes.setBlocks(id, dblock.range);
  }
}

function joinRanges(one: BlockRange | undefined, other: BlockRange | undefined): BlockRange | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { first: Math.min(one.first, other.first), last: Math.max(one.last, other.last) };
}
