import { BackupError, counted, errorCode, pool, type SerializedError } from '../../base/index.ts';
import { hashSizeBytes } from '../../crypto/index.ts';
import type { VolumeId, VolumeRow } from '../../database/index.ts';
import { parseVolumeName } from '../../format/index.ts';
import type { BlockUses, RestoreCrew, VolumeToRead } from '../../pipeline/index.ts';
import { type LocalCopy, mendCopy } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { type BlockPlan, groupByVolume, toBlockUses } from './block-plan.ts';

/** What came of a round through the volumes. */
export interface VolumeRound {
  /** Blocks that could not be had, by their place in the plan, with the volume they were expected in. */
  readonly failed: Map<number, string>;
  /** Why volumes could not be read in full, by their name. */
  readonly broken: Map<string, string>;
}

export interface VolumeWork {
  readonly opened: OpenedBackup;
  readonly crew: RestoreCrew;
  readonly plan: BlockPlan;
  readonly volumes: ReadonlyMap<number, VolumeRow>;
  readonly workers: number;
  readonly context: OperationContext;
  readonly onVolume: (name: string) => void;
}

/** Volumes fetched ahead of the workers. */
const FETCHED_AHEAD = 2;
/** Opening a volume takes as long as restoring some hundred blocks. */
const LEAST_PART_BLOCKS = 512;
/**
 * After so many volumes in a row that could not be fetched, though not for being missing, the destination
 * itself is taken to be out of reach.
 */
const UNREACHABLE_AFTER = 3;

/** Fetches every volume that holds one of the blocks, once, and has its blocks put where they are needed. */
export async function restoreVolumes(work: VolumeWork, blocks: Uint32Array): Promise<VolumeRound> {
  const round: VolumeRound = { failed: new Map(), broken: new Map() };
  const reader = new VolumeRoundReader(work, round);
  const groups = groupByVolume(work.plan, blocks);
  let waiting = groups.size;
  await pool(work.workers + FETCHED_AHEAD, groups, async ([volumeId, group]) => {
    // No worker is to stand idle while others read the last volumes.
    const readers = waiting-- <= work.workers ? work.workers : 1;
    await reader.restore(volumeId, group, readers);
  });
  await work.crew.followAll(work.context.control.signal);
  return round;
}

/** Other volumes are decrypted or unpacked as a whole, which every reader would do anew. */
function isOpenedInPart(name: string): boolean {
  const parsed = parseVolumeName(name);
  return parsed?.compression === 'zip' && parsed.encryption !== 'gpg';
}

/** The blocks in parts of their order, at most so many, none of them small. */
function split(blocks: Uint32Array, parts: number): Uint32Array[] {
  const length = Math.max(LEAST_PART_BLOCKS, Math.ceil(blocks.length / parts));
  const count = Math.ceil(blocks.length / length);
  return Array.from({ length: count }, (_, part) => blocks.slice(part * length, (part + 1) * length));
}

/** A volume is read again once, since the way here may have damaged it. */
const ATTEMPTS = 2;

class VolumeRoundReader {
  readonly #work: VolumeWork;
  readonly #round: VolumeRound;
  #hasRead = false;
  #unreachable = 0;

  constructor(work: VolumeWork, round: VolumeRound) {
    this.#work = work;
    this.#round = round;
  }

  /** Has so many workers put the blocks of one volume where they are needed, each another part of them. */
  async restore(volumeId: number, group: Uint32Array, readers: number): Promise<void> {
    const volume = this.#work.volumes.get(volumeId);
    if (volume === undefined) {
      for (const block of group) this.#round.failed.set(block, '');
      return;
    }
    this.#work.onVolume(volume.name);
    let missing = group;
    let reason = '';
    let refusal: BackupError | undefined;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const read = await this.#read(volume, missing, readers);
      missing = read.missing;
      if (missing.length === 0) return;
      ({ reason, refusal } = read);
      if (read.isFinal || attempt === ATTEMPTS) break;
      const text = `Reading the volume '${volume.name}' again: ${reason}`;
      this.#work.context.log.write('retry', 'volume-read-again', text);
    }
    missing = await this.#readMended(volume, missing);
    if (missing.length > 0 && refusal !== undefined) throw refusal;
    if (missing.length > 0) this.#giveUp(volume, missing, reason);
  }

  /**
   * Reads the content that parity data make of the damaged volume, where there are any. Returns what is
   * missing still.
   */
  async #readMended(volume: VolumeRow, blocks: Uint32Array): Promise<Uint32Array> {
    const { opened, context } = this.#work;
    const { remote, temporary } = opened;
    if (!remote.mayHaveCompanion(volume.name)) return blocks;
    const fetched = await this.#fetch(volume);
    if ('reason' in fetched) return blocks;
    using copy = fetched;
    const damaged = { name: volume.name, path: copy.path };
    using mended = await mendCopy(remote, damaged, (label) => temporary.newPath(label), context.log);
    return mended === undefined ? blocks : (await this.#readCopy(volume, mended, [blocks])).missing;
  }

  async #read(volume: VolumeRow, blocks: Uint32Array, readers: number): Promise<ReadOutcome> {
    const fetched = await this.#fetch(volume);
    if ('reason' in fetched) return { missing: blocks, reason: fetched.reason, isFinal: true };
    using copy = fetched;
    return await this.#readCopy(volume, copy, split(blocks, isOpenedInPart(volume.name) ? readers : 1));
  }

  async #readCopy(volume: VolumeRow, copy: LocalCopy, parts: readonly Uint32Array[]): Promise<ReadOutcome> {
    // The hash of the whole volume is not checked: every block is, and that takes the time of one pass less.
    const toRead: VolumeToRead = {
      name: volume.name,
      path: copy.path,
      format: 'ignore',
      reading: 'in-place',
    };
    const answers = await Promise.all(parts.map((part) => this.#readPart(toRead, part)));
    const missing = Uint32Array.from(answers.flatMap((answer) => Array.from(answer.missing)));
    const { error } = answers.find((answer) => answer.error !== undefined) ?? {};
    if (error !== undefined) {
      const needsUser = !this.#hasRead && NEEDS_USER.has(error.code);
      return {
        missing,
        reason: error.message,
        isFinal: needsUser,
        ...(needsUser ? { refusal: BackupError.fromJSON(error) } : {}),
      };
    }
    const reason = `${counted(missing.length, 'needed block is', 'needed blocks are')} missing or damaged.`;
    return { missing, reason, isFinal: false };
  }

  /** What is missing of the blocks, all of them where the volume cannot be opened. */
  async #readPart(
    volume: VolumeToRead,
    blocks: Uint32Array,
  ): Promise<{ readonly missing: Uint32Array; readonly error?: SerializedError }> {
    const { opened, crew, plan, context } = this.#work;
    const uses = toBlockUses(plan, blocks, hashesOf(opened, plan, blocks));
    const order = { type: 'volume', volume, uses } as const;
    const answer = await crew.run(order, context.control.signal, memoryOf(uses));
    if (answer.type !== 'volume-read')
      throw new Error(`a restore worker answered '${answer.type}' to a volume`);
    if (answer.error !== undefined) return { missing: blocks, error: answer.error };
    this.#hasRead = true;
    return { missing: answer.failed.map((index) => blocks[index] ?? 0) };
  }

  /**
   * The volume as a local file, or why there is none: the transfer has then tried as often as it was told
   * to.
   */
  async #fetch(volume: VolumeRow): Promise<LocalCopy | { readonly reason: string }> {
    const { opened } = this.#work;
    try {
      const copy = await opened.remote.fetch(volume.name, () => opened.temporary.newPath('volume'));
      this.#unreachable = 0;
      return copy;
    } catch (error) {
      const code = errorCode(error);
      if (!(error instanceof BackupError) || code?.startsWith('destination-') !== true) throw error;
      if (code !== 'destination-file-missing' && ++this.#unreachable >= UNREACHABLE_AFTER) throw error;
      return { reason: error.message };
    }
  }

  #giveUp(volume: VolumeRow, missing: Uint32Array, reason: string): void {
    const text = `The volume '${volume.name}' could not be read in full: ${reason}`;
    this.#work.context.log.write('warning', 'volume-unreadable', text);
    this.#round.broken.set(volume.name, reason);
    for (const block of missing) this.#round.failed.set(block, volume.name);
  }
}

interface ReadOutcome {
  readonly missing: Uint32Array;
  readonly reason: string;
  /** True where another attempt would be the same. */
  readonly isFinal: boolean;
  /** What only the user can mend; it ends the restoration. */
  readonly refusal?: BackupError;
}

/** The memory of what a worker is told, which nobody else needs. */
function memoryOf({ hashes, sizes, starts, entries, positions }: BlockUses): ArrayBuffer[] {
  return [hashes, sizes, starts, entries, positions]
    .map(({ buffer }) => buffer)
    .filter((buffer) => buffer instanceof ArrayBuffer);
}

function hashesOf({ database, format }: OpenedBackup, plan: BlockPlan, blocks: Uint32Array): Uint8Array {
  const ids = blocks.map((block) => plan.ids[block] ?? 0);
  return database.blocks.hashesAmong(ids, hashSizeBytes(format.blockHash));
}

/** Faults that only the user can mend, and that would be the same with every volume. */
const NEEDS_USER: ReadonlySet<string> = new Set(['wrong-passphrase', 'volume-unsupported']);

/** Volumes whose bytes lie at the destination, by the number of their row. */
export function storedVolumes(rows: Iterable<VolumeRow>): Map<number, VolumeRow> {
  const volumes = new Map<VolumeId, VolumeRow>();
  for (const row of rows) {
    if (row.kind === 'dblock' && STORED.has(row.state)) volumes.set(row.id, row);
  }
  return volumes;
}

const STORED: ReadonlySet<string> = new Set(['uploading', 'uploaded', 'verified']);
